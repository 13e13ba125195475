import Models
import Runs
import Testing

@testable import switchyard

@Suite struct ConfigurationTests {
  /// What is said in each place, and the port and worker count that come of it.
  struct Precedence: Sendable, CustomTestStringConvertible {
    let name: String
    var flags: [String] = []
    var variables: [String: String] = [:]
    var file: String?
    let port: Int
    let source: SettingSource

    var testDescription: String { name }
  }

  static let precedences: [Precedence] = [
    Precedence(name: "nobody says anything", port: 8443, source: .standard),
    Precedence(name: "the file", file: #"{"listen":"localhost:1"}"#, port: 1, source: .file),
    Precedence(
      name: "a variable goes before the file", variables: ["SWITCHYARD_LISTEN": "localhost:2"],
      file: #"{"listen":"localhost:1"}"#, port: 2, source: .environment),
    Precedence(
      name: "a flag goes before both", flags: ["--listen", "localhost:3"],
      variables: ["SWITCHYARD_LISTEN": "localhost:2"], file: #"{"listen":"localhost:1"}"#, port: 3,
      source: .flag),
    Precedence(
      name: "a flag with an equals sign", flags: ["--listen=localhost:4"], port: 4, source: .flag),
    Precedence(
      name: "the last of two flags", flags: ["--listen=localhost:5", "--listen=localhost:6"],
      port: 6, source: .flag),
    Precedence(
      name: "other programs' variables", variables: ["LISTEN": "localhost:2", "PATH": "/bin"],
      port: 8443, source: .standard),
  ]

  @Test(
    "flags go before variables, variables before the file, all before defaults",
    arguments: precedences)
  func precedence(_ row: Precedence) throws {
    let reader = ConfigurationReader(
      arguments: row.flags, environment: row.variables, file: row.file.map { Array($0.utf8) })
    #expect(try reader.configuration().get().port == row.port)
    #expect(reader.choices.first { $0.setting.name == "listen" }?.source == row.source)
  }

  @Test("every setting can be said as flag, variable and key of the file")
  func everyPlace() throws {
    for setting in Settings.all {
      let text = Self.samples[setting.name] ?? setting.standard
      let places = [
        ConfigurationReader(arguments: ["--\(setting.name)=\(text)"], environment: [:], file: nil),
        ConfigurationReader(arguments: [], environment: [setting.variable: text], file: nil),
        ConfigurationReader(
          arguments: [], environment: [:], file: Array("{\"\(setting.name)\":\"\(text)\"}".utf8)),
      ]
      for (reader, source) in zip(places, [SettingSource.flag, .environment, .file]) {
        let choice = try #require(reader.choices.first { $0.setting.name == setting.name })
        #expect(choice.text == text && choice.source == source)
        #expect(reader.problems.isEmpty)
      }
    }
  }

  /// Texts for settings whose default is empty.
  private static let samples = [
    "certificate": "a.pem", "private-key": "b.pem", "client-authority": "c.pem",
    "store-pages-max": "100", "tenant-cost-per-day": "2.50",
  ]

  @Test("names, variables and defaults of the table are in order")
  func table() {
    let names = Settings.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Settings.all.allSatisfy { !$0.summary.isEmpty && $0.summary.hasSuffix(".") })
    for setting in Settings.all {
      var configuration = Configuration()
      #expect(setting.apply(&configuration, setting.standard) == nil, "\(setting.name)")
      #expect(configuration.problems().isEmpty)
    }
  }

  @Test("a switch needs no value, a file may hold numbers and truths")
  func kinds() throws {
    let file =
      #"{"workers":7,"access-log":false,"store-pages-max":64,"tenant-cost-per-day":2.5}"#
    let reader = ConfigurationReader(
      arguments: ["--ephemeral", "--insecure-no-auth"], environment: [:], file: Array(file.utf8))
    let configuration = try reader.configuration().get()
    #expect(configuration.isEphemeral && configuration.isOpen)
    #expect(configuration.runs.workers == 7 && !configuration.logsAccess)
    #expect(configuration.storePagesMax == 64)
    #expect(configuration.runs.tenantCostPerDay?.micros == 2_500_000)
  }

  /// What is said, and words that the one problem must hold.
  struct Mistake: Sendable, CustomTestStringConvertible {
    var flags: [String] = []
    var variables: [String: String] = [:]
    var file: String?
    let tells: [String]

    var testDescription: String { "\(flags) \(variables) \(file ?? "")" }
  }

  static let mistakes: [Mistake] = [
    Mistake(flags: ["--lissten=x:1"], tells: ["--lissten", "listen"]),
    Mistake(variables: ["SWITCHYARD_LISTNE": "x:1"], tells: ["SWITCHYARD_LISTNE", "listen"]),
    Mistake(file: #"{"lsten":"x:1"}"#, tells: ["lsten", "listen"]),
    Mistake(flags: ["--nothing-like-it=1"], tells: ["--nothing-like-it"]),
    Mistake(flags: ["serve"], tells: ["serve"]),
    Mistake(flags: ["--config"], tells: ["--config", "file"]),
    Mistake(flags: ["--confg=a"], tells: ["--confg", "config"]),
    Mistake(flags: ["--listen"], tells: ["--listen", "value"]),
    Mistake(flags: ["--listen=localhost"], tells: ["listen (flag)", "HOST:PORT"]),
    Mistake(flags: ["--listen=localhost:65536"], tells: ["listen (flag)"]),
    Mistake(flags: ["--listen=localhost:-1"], tells: ["listen (flag)"]),
    Mistake(flags: ["--data="], tells: ["data (flag)"]),
    Mistake(variables: ["SWITCHYARD_LOOPS": "0"], tells: ["loops (environment)", "1", "256"]),
    Mistake(variables: ["SWITCHYARD_LOOPS": "257"], tells: ["loops (environment)"]),
    Mistake(file: #"{"loops":"two"}"#, tells: ["loops (file)"]),
    Mistake(flags: ["--log-level=loud"], tells: ["log-level (flag)", "debug, info"]),
    Mistake(flags: ["--ephemeral=perhaps"], tells: ["ephemeral (flag)"]),
    Mistake(flags: ["--store-pages-max=63"], tells: ["store-pages-max (flag)"]),
    Mistake(flags: ["--tenant-cost-per-day=0"], tells: ["tenant-cost-per-day (flag)", "0.000001"]),
    Mistake(flags: ["--tenant-cost-per-day=-1"], tells: ["tenant-cost-per-day (flag)", "2.50"]),
    Mistake(flags: ["--tenant-cost-per-day=1.0000001"], tells: ["6 decimals"]),
    Mistake(variables: ["SWITCHYARD_TENANT_COST_PER_DAY": "1000000.01"], tells: ["1000000.00"]),
    Mistake(file: #"{"tenant-cost-per-day":1e-7}"#, tells: ["tenant-cost-per-day (file)"]),
    Mistake(file: #"{"loops":[1]}"#, tells: ["loops (file)"]),
    Mistake(file: #"{"loops":1.5}"#, tells: ["loops (file)"]),
    Mistake(file: #"["loops"]"#, tells: ["object"]),
    Mistake(file: #"{"loops":1,"loops":2}"#, tells: ["file"]),
    Mistake(file: "{", tells: ["file", "byte"]),
    Mistake(flags: ["--certificate=a.pem"], tells: ["certificate", "private-key"]),
    Mistake(flags: ["--private-key=a.pem"], tells: ["certificate", "private-key"]),
    Mistake(
      flags: ["--insecure-no-auth", "--listen=0.0.0.0:1"], tells: ["insecure-no-auth", "0.0.0.0"]),
    Mistake(flags: ["--insecure-no-auth", "--listen=:1"], tells: ["insecure-no-auth"]),
  ]

  @Test("a mistake is told once, with its name and its place", arguments: mistakes)
  func tells(_ mistake: Mistake) {
    let reader = ConfigurationReader(
      arguments: mistake.flags, environment: mistake.variables,
      file: mistake.file.map { Array($0.utf8) })
    guard case .failure(let problems) = reader.configuration() else {
      Issue.record("it was taken")
      return
    }
    #expect(problems.all.count == 1, "\(problems.all)")
    for word in mistake.tells { #expect(problems.all[0].contains(word), "\(problems.all[0])") }
  }

  @Test("a name that is nothing like a setting gets no suggestion", arguments: ["x", "ca", "log"])
  func suggestsNothing(_ name: String) {
    let reader = ConfigurationReader(arguments: ["--\(name)"], environment: [:], file: nil)
    #expect(reader.problems == ["unknown flag --\(name)"])
  }

  @Test("only a flag can name the file")
  func fileIsNoSetting() {
    let reader = ConfigurationReader(
      arguments: [], environment: ["SWITCHYARD_CONFIG": "a"], file: Array(#"{"config":"a"}"#.utf8))
    #expect(reader.problems.count == 2)
    #expect(reader.problems.allSatisfy { !$0.contains("did you mean") })
  }

  /// Arguments, the file that they name and what is left of them.
  static let files: [(arguments: [String], file: String?, settings: [String])] = [
    ([], nil, []), (["--config", "a"], "a", []), (["--config=a"], "a", []),
    (["--config="], "", []), (["--config"], nil, ["--config"]),
    (["--loops", "1", "--config=a", "--data", "b"], "a", ["--loops", "1", "--data", "b"]),
    (["--config", "a", "--config=b"], "b", []), (["--configure", "a"], nil, ["--configure", "a"]),
  ]

  @Test("the file is named like any other flag", arguments: files)
  func namesFile(_ row: (arguments: [String], file: String?, settings: [String])) {
    let (file, settings) = ConfigurationReader.split(row.arguments)
    #expect(file == row.file && settings == row.settings)
  }

  @Test("all mistakes are told at once")
  func tellsAll() {
    let reader = ConfigurationReader(
      arguments: ["--loops=0", "--workerz=1"], environment: ["SWITCHYARD_PORT": "1"],
      file: Array(#"{"log-level":"loud"}"#.utf8))
    guard case .failure(let problems) = reader.configuration() else {
      Issue.record("it was taken")
      return
    }
    #expect(problems.all.count == 4)
  }

  @Test(
    "everybody may do everything on loopback only",
    arguments: [
      ("localhost:1", true), ("127.0.0.1:1", true), ("127.9.9.9:1", true), ("[::1]:1", true),
      ("::1:1", true), ("192.168.0.1:1", false), ("localhost.example:1", false), ("[::]:1", false),
    ])
  func loopback(_ address: String, _ isTaken: Bool) {
    let reader = ConfigurationReader(
      arguments: ["--insecure-no-auth", "--listen=\(address)"], environment: [:], file: nil)
    let isSuccess = if case .success = reader.configuration() { true } else { false }
    #expect(isSuccess == isTaken)
  }

  @Test(
    "words are as far apart as they are",
    arguments: [
      ("", "", 0), ("a", "", 1), ("", "abc", 3), ("listen", "listen", 0), ("lissten", "listen", 1),
      ("listne", "listen", 2), ("kitten", "sitting", 3),
    ])
  func distances(_ one: String, _ other: String, _ distance: Int) {
    #expect(Spelling.distance(one, other) == distance)
    #expect(Spelling.distance(other, one) == distance)
  }
}
