private import Glibc

/// The command: `WireGenerator OUTPUT SOURCE…` writes the coding of all coded types to one file.
@main
enum GeneratorCommand {
  static func main() {
    do throws(FileError) {
      exit(try run(Array(CommandLine.arguments.dropFirst()), report: Files.report))
    } catch {
      // Standard error itself cannot be written: the status is all that is left to say.
      exit(EXIT_FAILURE)
    }
  }

  /// Runs the command and gives its exit status: 0 when the output stands, 1 when a source is
  /// refused, 2 when the arguments make no sense; `report` gets every line for people.
  static func run(
    _ arguments: [String], report: (String) throws(FileError) -> Void
  ) throws(FileError) -> Int32 {
    guard let output = arguments.first, !output.hasPrefix("-") else {
      try report("usage: WireGenerator OUTPUT SOURCE...")
      return 2
    }
    do throws(FileError) {
      var files: [SourceFile] = []
      for path in arguments.dropFirst() {
        files.append(SourceFile(path: path, bytes: try Files.read(path)))
      }
      return try generate(files, to: output, report: report)
    } catch {
      try report(error.description)
      return 1
    }
  }

  private static func generate(
    _ files: [SourceFile], to output: String, report: (String) throws(FileError) -> Void
  ) throws(FileError) -> Int32 {
    let target: Target
    do throws(Refusal) { target = try Target.read(files) } catch {
      for diagnostic in error.diagnostics { try report(diagnostic.description) }
      return 1
    }
    try Files.write(Array(GeneratedFile(target).text.utf8), to: output)
    return 0
  }
}
