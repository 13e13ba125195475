import ArgumentParser

/// `switchyard cert …`.
struct CertificateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cert", abstract: "Tells where the development authority is and how to trust it.",
    subcommands: [Path.self, Trust.self])

  /// The authority's file, which must be there.
  static func authority(in data: String) throws(StartFailure) -> String {
    let path = FileText.absolute("\(data)/\(Certificates.authorityFile)")
    _ = try FileText.read(path)
    return path
  }

  struct Path: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints the authority's file, for --cacert.")
    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        FileText.print(try CertificateCommand.authority(in: data))
      }
    }
  }

  struct Trust: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints the commands that make this machine trust the authority; runs none.")
    @Option(help: "The data folder.", completion: .directory) var data = "./switchyard-data"
    @Flag(name: .customLong("print"), help: "Prints the commands, which is all that is done.")
    var isPrinting = false

    func run() async throws {
      try await ending { () async throws(StartFailure) in
        let path = Banner.quoted(try CertificateCommand.authority(in: data))
        FileText.print(
          """
          # The whole machine (Debian):
          sudo cp \(path) /usr/local/share/ca-certificates/switchyard-dev.crt \
          && sudo update-ca-certificates
          # Chromium of this user (certutil is in libnss3-tools):
          certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n switchyard-dev -i \(path)
          # One program:
          export SSL_CERT_FILE=\(path)
          """)
      }
    }
  }
}
