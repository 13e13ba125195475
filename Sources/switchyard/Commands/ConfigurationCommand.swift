import ArgumentParser
import Wire

/// `switchyard config …`.
struct ConfigurationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Shows the configuration.", subcommands: [Explain.self])

  struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows each key, its value, where that came from and what it means.",
      discussion: SettingsHelp.text)

    @Flag(help: "One JSON object a line.") var json = false
    @Argument(
      parsing: .allUnrecognized,
      help: ArgumentHelp("Settings as for serve.", valueName: "settings"),
      completion: .list(SettingsHelp.flags))
    var settings: [String] = []

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let reader = try SettingsReading.reader(settings)
        let width = reader.choices.map(\.setting.name.count).max() ?? 0
        for choice in reader.choices { show(choice, width) }
        _ = try SettingsReading.configuration(settings)
      }
    }

    private func show(_ choice: ConfigurationReader.Choice, _ width: Int) {
      let setting = choice.setting
      guard json else {
        let style = TextStyle(hasColours: Terminal.hasColours)
        let value = choice.text.isEmpty ? "–" : TextWidth.visible(choice.text, keepingLines: false)
        FileText.print(
          "\(style.bold(setting.name.padded(to: width)))  \(value)  (\(choice.source.rawValue))")
        if Terminal.isOutput {
          FileText.print("\("".padded(to: width))  \(style.dim(setting.summary))")
        }
        return
      }
      Report(json: true).show([
        "key": .text(setting.name), "value": .text(choice.text),
        "source": .text(choice.source.rawValue), "variable": .text(setting.variable),
        "summary": .text(setting.summary),
      ])
    }
  }
}
