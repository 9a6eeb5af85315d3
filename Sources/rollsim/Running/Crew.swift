import DiscreteEvents
import Dispatch
import Glibc
import Synchronization

/// Threads that have nothing else to do, and help those that carry out runs.
///
/// One run at a time is helped, with bodies that take some microseconds each; so helpers watch for
/// work before they fall asleep, and whoever is helped watches for them to be done.
final class Crew: Sendable {
  /// What is to be done: bodies numbered from zero up to a count.
  private struct Job {
    var number: UInt32 = 0
    var count = 0
    var body: (@Sendable (Int) -> Void)?
    /// Helpers that sleep until there is another job.
    var sleepers = 0
    /// Whether there will be none.
    var isLast = false
  }

  private let job = Mutex(Job())
  /// The number of the job in the high half, and how many of its bodies are begun in the low one.
  private let ticket = Atomic<UInt64>(0)
  /// Bodies of the job that are done.
  private let done = Atomic<Int>(0)
  private let isTaken = Atomic<Bool>(false)
  private let helpers = Atomic<Int>(0)
  private let alarm = DispatchSemaphore(value: 0)

  /// Looks that a helper takes before it falls asleep; some tenths of a millisecond.
  private static let patience = 2_000

  /// Carries bodies out together with helpers; alone if there are none, or if they help another.
  func carryOut(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    guard helpers.load(ordering: .relaxed) > 0,
      isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else {
      for index in 0..<count { body(index) }
      return
    }
    publish(count, body)
    work()
    while done.load(ordering: .acquiring) < count { sched_yield() }
    isTaken.store(false, ordering: .releasing)
  }

  /// Makes a job the present one, and wakes those who sleep; nobody begins bodies of the one before
  /// any more, whose number is another.
  private func publish(
    _ count: Int, _ body: (@Sendable (Int) -> Void)?, isLast: Bool = false
  ) {
    done.store(0, ordering: .relaxed)
    let (number, sleepers) = job.withLock { job in
      let sleepers = job.sleepers
      job = Job(number: job.number &+ 1, count: count, body: body, isLast: isLast)
      return (job.number, sleepers)
    }
    ticket.store(UInt64(number) << 32, ordering: .releasing)
    for _ in 0..<sleepers { alarm.signal() }
  }

  /// Begins bodies of the present job for as long as there are any.
  private func work() {
    let job = job.withLock { $0 }
    guard let body = job.body else { return }
    var seen = ticket.load(ordering: .acquiring)
    while seen >> 32 == UInt64(job.number), Int(seen & 0xFFFF_FFFF) < job.count {
      let (isMine, now) = ticket.compareExchange(
        expected: seen, desired: seen + 1, ordering: .acquiringAndReleasing)
      guard isMine else {
        seen = now
        continue
      }
      body(Int(seen & 0xFFFF_FFFF))
      done.add(1, ordering: .releasing)
      seen = ticket.load(ordering: .acquiring)
    }
  }

  /// Helps until nobody needs it any more.
  func help() {
    helpers.add(1, ordering: .relaxed)
    var last = ticket.load(ordering: .acquiring) >> 32
    var looks = 0
    while true {
      let number = ticket.load(ordering: .acquiring) >> 32
      if number != last {
        last = number
        looks = 0
        work()
      } else if looks < Self.patience {
        looks += 1
        if looks % 16 == 0 { sched_yield() }
      } else {
        guard sleep(after: last) else { break }
        looks = 0
      }
    }
    helpers.subtract(1, ordering: .relaxed)
  }

  /// Sleeps until there is another job than a given one; returns whether there may be any.
  private func sleep(after number: UInt64) -> Bool {
    let (isAsleep, isLast) = job.withLock { job in
      let isAsleep = !job.isLast && UInt64(job.number) == number
      if isAsleep { job.sleepers += 1 }
      return (isAsleep, job.isLast)
    }
    if isAsleep { alarm.wait() }
    return !isLast
  }

  /// Sends the helpers home.
  func stop() { publish(0, nil, isLast: true) }
}
