// The search runs in a worker, which browsers refuse to pages that were opened from the disk. There it runs in a hidden
// frame instead: what would be the worker's global scope is the frame's window.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.body.append(frame)
      this.scope = frame.contentWindow
      this.scope.postMessage = data => this.dispatchEvent(new MessageEvent("message", { data }))
      const script = this.scope.document.createElement("script")
      script.src = new URL(url, location)
      this.ready = new Promise(loaded => script.addEventListener("load", loaded))
      this.scope.document.body.append(script)
    }

    async postMessage(data) {
      await this.ready
      this.scope.dispatchEvent(new MessageEvent("message", { data }))
    }
  }
}
