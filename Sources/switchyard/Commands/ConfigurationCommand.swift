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
      parsing: .allUnrecognized, help: ArgumentHelp("Settings as for serve.", valueName: "settings")
    )
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
      guard json || !Terminal.isOutput else {
        let value = choice.text.isEmpty ? "–" : choice.text
        FileText.print(
          "\(setting.name.padded(to: width))  \(value)  (\(choice.source.rawValue))\n"
            + "\("".padded(to: width))  \u{1b}[2m\(setting.summary)\u{1b}[0m")
        return
      }
      let value: WireValue = [
        "key": .text(setting.name), "value": .text(choice.text),
        "source": .text(choice.source.rawValue), "variable": .text(setting.variable),
        "summary": .text(setting.summary),
      ]
      FileText.print(String(decoding: value.json(), as: UTF8.self))
    }
  }
}
