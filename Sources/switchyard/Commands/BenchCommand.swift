import ArgumentParser
import Contract
import Gateway
import Negotiation
import Routing
import Wire

/// `switchyard bench METHOD '{json}'`.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Calls a method of a running server over and over, and says how long answers took.",
    discussion: """
      Calls begin so many a second, whether or not those before them were answered, and each is \
      late by all the time since it was due: a server that stalls does not hide it. With \
      --rate max a call begins as another one ends, which finds what the server can do; its \
      latencies say what one call costs then, not what users would wait.
      """)

  @OptionGroup var client: ClientOptions

  @OptionGroup var form: CallForm

  @Option(help: "Calls a second, over all connections; max for as many as are answered.")
  var rate = Rate.perSecond(1000)

  @Option(help: "Connections.")
  var connections = 8

  @Option(help: "Calls that may be open on a connection at once.")
  var streams = 32

  @Option(help: "Seconds for which calls are measured.")
  var seconds = 10.0

  @Option(help: "Seconds of load before that.")
  var warmUpSeconds = 1.0

  @Option(help: "Seconds for which answers are waited for at the end.")
  var graceSeconds = 5.0

  @Option(help: "The process that serves, when it is not the one that the data folder tells.")
  var pid: Int32?

  @Flag(help: "One JSON object a line.")
  var json = false

  @Argument(
    help: "The method; its last parts suffice.",
    completion: .list(CallCommand.methods.map { CallCommand.lastParts(of: $0.name) }))
  var method = "Interface/Health"

  @Argument(help: "The input, as one JSON object; - reads it from standard input.")
  var input = "{}"

  /// How often calls begin.
  enum Rate: ExpressibleByArgument, CustomStringConvertible {
    case perSecond(Double)
    case asAnswered

    init?(argument: String) {
      if argument == "max" {
        self = .asAnswered
      } else if let number = Double(argument), (0.001...10_000_000).contains(number) {
        self = .perSecond(number)
      } else {
        return nil
      }
    }

    var description: String {
      switch self {
      case .perSecond(let number): BenchFigures.text(number)
      case .asAnswered: "max"
      }
    }

    fileprivate var pace: LoadPlan.Pace {
      switch self {
      case .perSecond(let number): .perSecond(number)
      case .asAnswered: .asAnswered
      }
    }
  }

  func validate() throws {
    let bounds: [(String, Double, ClosedRange<Double>)] = [
      ("--connections", Double(connections), 1...10_000),
      ("--streams", Double(streams), 1...10_000),
      ("--seconds", seconds, 0.1...86_400),
      ("--warm-up-seconds", warmUpSeconds, 0...3600),
      ("--grace-seconds", graceSeconds, 0...3600),
    ]
    for (name, value, range) in bounds where !range.contains(value) {
      let (least, most) = (BenchFigures.text(range.lowerBound), BenchFigures.text(range.upperBound))
      throw ValidationError("\(name) must be from \(least) to \(most)")
    }
  }

  func run() async throws {
    try await ending { () async throws(StartFailure) in
      let row = try CallCommand.find(method)
      guard !row.isFeed else {
        throw StartFailure(.usage, "\(row.name) streams: bench calls what is answered once")
      }
      let result = try load(try form.call(row, input: input))
      Report(json: json).show(BenchFigures(self, row, result).value)
      if result.answers.isEmpty {
        let reason = result.failure.map { ": " + ClientOptions.words($0) } ?? ""
        throw StartFailure(.unavailable, "no call was answered\(reason)")
      }
    }
  }

  private func load(_ call: MethodCall) throws(StartFailure) -> LoadResult {
    let target = try client.target()
    let plan = LoadPlan(
      pace: rate.pace, streamsMax: streams, warmUp: Self.nanoseconds(warmUpSeconds),
      duration: Self.nanoseconds(seconds), grace: Self.nanoseconds(graceSeconds),
      fields: call.fields(
        by: client, to: target, accept: form.accept ?? "\(MediaType.json.row.name)"),
      body: call.body,
      process: pid ?? target.process)
    LoadGenerator.allowManyConnections()
    let way = try client.way(to: target)
    var opened: [ClientConnection] = []
    while opened.count < connections { opened.append(try way.connect()) }
    let isWatched = Terminal.isError
    return try ClientOptions.connecting { () throws(ClientFailure) in
      try LoadGenerator(plan, over: opened).run { seconds, result in
        guard isWatched else { return }
        FileText.complain("\(seconds) s: \(BenchFigures.progress(result, after: seconds))")
      }
    }.get()
  }

  private static func nanoseconds(_ seconds: Double) -> Int64 {
    Int64((seconds * 1_000_000_000).rounded())
  }
}
