import Wire

/// Puts a configuration together: flags before the environment, that before a file, that before
/// defaults.
struct ConfigurationReader {
  /// A text for a key, and who said it.
  struct Choice {
    let setting: Setting
    let text: String
    let source: SettingSource
  }

  private(set) var choices: [Choice] = []
  private(set) var problems: [String] = []
  private var texts: [String: (String, SettingSource)] = [:]

  /// `arguments` are what follows the command; `environment` has the variables of the process.
  init(arguments: [String], environment: [String: String], file: [UInt8]?) {
    readFile(file)
    readEnvironment(environment)
    readFlags(arguments)
    for setting in Settings.all {
      let (text, source) = texts[setting.name] ?? (setting.standard, .standard)
      choices.append(Choice(setting: setting, text: text, source: source))
    }
  }

  /// The flag that names the file; it is no setting, as a file cannot name itself.
  static let fileFlag = "config"

  /// Takes the name of the file out of the arguments; of two, the last one counts.
  static func split(_ arguments: [String]) -> (file: String?, settings: [String]) {
    let flag = "--\(fileFlag)"
    var file: String?
    var settings: [String] = []
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      if argument.hasPrefix("\(flag)=") {
        file = String(argument.dropFirst(flag.count + 1))
      } else if argument == flag, index < arguments.count {
        file = arguments[index]
        index += 1
      } else {
        settings.append(argument)
      }
    }
    return (file, settings)
  }

  /// The configuration, or everything that is wrong with it.
  func configuration() -> Result<Configuration, ConfigurationProblems> {
    var configuration = Configuration()
    var problems = problems
    for choice in choices {
      if let problem = choice.setting.apply(&configuration, choice.text) {
        problems.append("\(choice.setting.name) (\(choice.source.rawValue)): \(problem)")
      }
    }
    if problems.isEmpty { problems = configuration.problems() }
    return problems.isEmpty
      ? .success(configuration) : .failure(ConfigurationProblems(all: problems))
  }

  private mutating func readFlags(_ arguments: [String]) {
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      guard argument.hasPrefix("--") else {
        problems.append("\(argument): not a flag")
        continue
      }
      let parts = argument.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts[0] != Self.fileFlag else {
        problems.append("--\(Self.fileFlag): needs the name of a file")
        continue
      }
      guard let setting = find(String(parts[0]), "flag") else { continue }
      if parts.count == 2 {
        texts[setting.name] = (String(parts[1]), .flag)
      } else if setting.value == nil {
        texts[setting.name] = ("true", .flag)
      } else if index < arguments.count {
        texts[setting.name] = (arguments[index], .flag)
        index += 1
      } else {
        problems.append("--\(setting.name): needs a value")
      }
    }
  }

  private mutating func readEnvironment(_ environment: [String: String]) {
    let prefix = "SWITCHYARD_"
    for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix(prefix) {
      let key = name.dropFirst(prefix.count).lowercased().map { $0 == "_" ? "-" : String($0) }
      if let setting = find(key.joined(), "variable \(name)") {
        texts[setting.name] = (text, .environment)
      }
    }
  }

  private mutating func readFile(_ bytes: [UInt8]?) {
    guard let bytes else { return }
    do throws(DecodeError) {
      guard case .map(let members) = try WireValue(json: bytes) else {
        problems.append("the configuration file must hold one JSON object")
        return
      }
      for member in members { read(member) }
    } catch {
      problems.append("the configuration file: \(error.message) at byte \(error.offset ?? 0)")
    }
  }

  private mutating func read(_ member: WireMember) {
    guard case .text(let key) = member.key, let setting = find(key, "key of the file") else {
      return
    }
    switch member.value {
    case .text(let text): texts[key] = (text, .file)
    case .integer(let number): texts[setting.name] = (String(number), .file)
    case .double(let number): texts[setting.name] = (String(number), .file)
    case .bool(let truth): texts[setting.name] = (truth ? "true" : "false", .file)
    default: problems.append("\(key) (file): must be text, a number or a truth")
    }
  }

  private mutating func find(_ name: String, _ kind: String) -> Setting? {
    if let setting = Settings.all.first(where: { $0.name == name }) { return setting }
    let names = Settings.all.map(\.name) + (kind == "flag" ? [Self.fileFlag] : [])
    let hint = Spelling.nearest(to: name, among: names).map { "; did you mean \($0)?" }
    problems.append(
      "unknown \(kind == "flag" ? "flag --\(name)" : kind + " (\(name))")\(hint ?? "")")
    return nil
  }
}

/// Everything that is wrong with a configuration.
struct ConfigurationProblems: Error {
  let all: [String]
}

/// How far words are apart.
enum Spelling {
  /// Mistakes in one word beyond which nobody meant the other.
  private static let mistakesMax = 3

  /// The word that was probably meant: at most every third letter may be wrong.
  static func nearest(to word: String, among words: [String]) -> String? {
    let allowed = min(mistakesMax, word.count / 3)
    let nearest = words.map { (word: $0, distance: distance($0, word)) }
      .min { $0.distance < $1.distance }
    guard let nearest, nearest.distance <= allowed else { return nil }
    return nearest.word
  }

  /// Insertions, deletions and changes that make one word the other (Levenshtein).
  static func distance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var row = Array(0...second.count)
    for (line, character) in first.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for column in second.indices {
        let change = diagonal + (second[column] == character ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(change, row[column] + 1, row[column + 1] + 1)
      }
    }
    return row[second.count]
  }
}
