import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and termination: the first one lets runs that have begun finish and be stored, the second
/// one ends at once.
final class Interruption: Sendable {
  private let received = Atomic<Int32>(0)

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
    for number in [SIGINT, SIGTERM] { listen(for: number) }
  }

  /// Takes a signal instead of the system, until the process ends.
  private func listen(for number: Int32) {
    Foundation.signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler { [self] in
      // A source that nobody holds stops to listen; this one is held by its own handler.
      withExtendedLifetime(source) {
        if received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
      }
    }
    source.resume()
  }
}
