import Contract
import Synchronization

@testable import Gateway

/// Notes the answers that loops gave.
final class Witness: GatewayObserver {
  private let statuses = Mutex<[Int]>([])

  var wallClock: any WallClock { Numbers() }
  let wantsAnswers = true
  var all: [Int] { statuses.withLock { $0 } }

  func answered(_ request: borrowing AnsweredRequest) {
    let status = request.status
    statuses.withLock { $0.append(status) }
  }

  func failed(_ fault: Fault, topic: FeedTopic) {}
}
