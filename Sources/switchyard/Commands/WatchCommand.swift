import ArgumentParser

/// `switchyard watch RUN_ID`.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Shows a run's events as they happen, over every break of the connection.")

  @OptionGroup var client: ClientOptions

  @Option(help: "The number of the last event that you have; from the beginning when absent.")
  var from: String?

  @Flag(help: "One JSON object a line.")
  var json = false

  @Flag(
    help: """
      Checks here that no event is missing and that the run's chain of hashes vouches for each.
      """)
  var verify = false

  @Argument(help: "The run.")
  var run: String

  func run() async throws {
    try await ending { () async throws(StartFailure) in
      var follower = RunFollower(
        run, client, from: from,
        display: json || !Terminal.isOutput ? EventDisplay(.json) : EventDisplay(.lines),
        verify: verify)
      try await follower.follow()
    }
  }
}
