@unsafe @preconcurrency import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and termination: the first one lets runs that have begun finish and be stored, the second
/// one ends at once.
final class Interruption: Sendable {
  private let received = Atomic<Int32>(0)
  private let sources: [any DispatchSourceSignal]

  /// The signal that came, if one did.
  var signal: Int32? {
    let signal = received.load(ordering: .relaxed)
    return signal == 0 ? nil : signal
  }

  /// Starts to listen.
  ///
  /// Also lets a full file-size limit come as an error instead of ending the process.
  init() {
    Foundation.signal(SIGXFSZ, SIG_IGN)
    sources = [SIGINT, SIGTERM].map { number in
      Foundation.signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: .global())
    }
    for (source, number) in zip(sources, [SIGINT, SIGTERM]) {
      source.setEventHandler { [self] in
        if received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
      }
      source.resume()
    }
  }
}
