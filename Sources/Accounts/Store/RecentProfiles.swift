internal import Contract
internal import Synchronization

/// Profiles that were read in the last second; a change of this process is seen at once, and one of
/// another process a second later.
final class RecentProfiles: Sendable {
  private struct Entry {
    /// Nil where the profile has changed since.
    let answer: EncodedOnce<Profile>?
    /// When it was read or changed, in nanoseconds of the monotonic clock.
    let moment: Int64
  }

  /// How long a profile is believed.
  private static let beliefNanoseconds: Int64 = 1_000_000_000
  /// Profiles that are remembered at once; one more makes the memory start anew.
  private static let entriesMax = 10_000

  private struct Memory {
    var entries: [String: Entry] = [:]
    /// When the memory started anew: what was read before may have changed unnoticed.
    var began: Int64 = 0

    mutating func set(_ entry: Entry, for user: String, now: Int64) {
      if entries.count >= entriesMax, entries[user] == nil {
        entries.removeAll()
        began = now
      }
      entries[user] = entry
    }
  }

  private let memory = Mutex(Memory())
  private let clock: any MonotonicClock

  init(clock: any MonotonicClock) { self.clock = clock }

  /// The moment at which a reading begins.
  var now: Int64 { clock.nanoseconds }

  /// The profile of a user, when it was read lately.
  func find(_ user: String?) -> EncodedOnce<Profile>? {
    guard let user, let entry = memory.withLock({ $0.entries[user] }),
      now - entry.moment < Self.beliefNanoseconds
    else { return nil }
    return entry.answer
  }

  /// Remembers what a reading that began at `moment` gave, unless the profile has changed since.
  func keep(_ profile: Profile, since moment: Int64) {
    let now = now
    memory.withLock { memory in
      guard moment >= memory.began, (memory.entries[profile.id]?.moment ?? moment) <= moment else {
        return
      }
      memory.set(
        Entry(answer: EncodedOnce(profile), moment: moment), for: profile.id, now: now)
    }
  }

  /// Notes that a profile has changed.
  func forget(_ user: String) {
    let moment = now
    memory.withLock { $0.set(Entry(answer: nil, moment: moment), for: user, now: moment) }
  }
}
