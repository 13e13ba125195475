import Foundation
import PackagePlugin

/// Runs `WireGenerator` over all Swift sources of the target that it is attached to.
@main
struct WireCoding: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let module = target as? any SourceModuleTarget else { return [] }
    let sources = module.sourceFiles(withSuffix: "swift").map(\.url)
    let output = context.pluginWorkDirectoryURL.appending(component: "Coded.generated.swift")
    return [
      .buildCommand(
        displayName: "Writing the coding of \(target.name)",
        executable: try context.tool(named: "WireGenerator").url,
        arguments: [output.path(percentEncoded: false)]
          + sources.map { $0.path(percentEncoded: false) },
        inputFiles: sources,
        outputFiles: [output])
    ]
  }
}
