// Exponential mean, without the pull towards the first value. Points may lie apart unevenly, as downsampled ones do:
// the weight is that of the average distance.
function smooth(x, values, weight) {
  const typical = values.length > 1 ? Math.abs(x.at(-1) - x[0]) / (values.length - 1) : 0;
  let [sum, total] = [0, 0];
  return values.map((value, i) => {
    const apart = i && typical > 0 ? Math.abs(x[i] - x[i - 1]) / typical : 1;
    const kept = weight ** apart;
    sum = kept * sum + (1 - kept) * value;
    total = kept * total + (1 - kept);
    return total ? sum / total : value;
  });
}
