import Foundation

/// A progress bar on standard error; silent unless that is a terminal.
struct Progress {
  private let total: Int
  private let isShown: Bool
  private var lastShown = Date.distantPast

  init(total: Int) {
    self.total = total
    isShown = isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// Shows how many are done, at most ten times a second.
  mutating func show(_ done: Int) {
    guard isShown else { return }
    let now = Date()
    guard done == total || now.timeIntervalSince(lastShown) > 0.1 else { return }
    lastShown = now
    let width = 40
    let filled = total == 0 ? width : done * width / total
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
    Failure.say("\r[\(bar)] \(done)/\(total) runs")
  }

  /// Removes the bar.
  func clear() {
    guard isShown else { return }
    Failure.say("\r\u{1B}[K")
  }
}
