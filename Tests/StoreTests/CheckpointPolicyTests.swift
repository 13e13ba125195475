internal import Testing

@testable internal import Store

@Suite("When the log is moved")
struct CheckpointPolicyTests {
  @Test(
    "after so many pages, again after as many more, and with waiting at the limit",
    arguments: [
      ([9, 10, 11, 19, 20, 21], "-m--m-"),
      ([10, 3, 9, 10], "m--m"),
      ([10, 20, 30, 31, 40], "mmr-r"),
      ([500, 501, 4, 10], "r--m"),
    ])
  func steps(pages: [Int], steps: String) {
    var policy = CheckpointPolicy(everyPages: 10, pagesMax: 30)
    let made = pages.map { pages in
      switch policy.step(logPages: pages) {
      case .none: "-"
      case .move: "m"
      case .restart: "r"
      }
    }
    #expect(made.joined() == steps)
  }
}
