// Answers GET /health over TLS and HTTP/2 with the bytes of a file, in one thread:
// hummingbird-peer PORT CERTIFICATE KEY BODY
import Foundation
import Hummingbird
import HummingbirdHTTP2
import Logging
import NIOPosix
import NIOSSL

let arguments = CommandLine.arguments
let body = ByteBuffer(bytes: try Data(contentsOf: URL(fileURLWithPath: arguments[4])))
let configuration = TLSConfiguration.makeServerConfiguration(
  certificateChain: try NIOSSLCertificate.fromPEMFile(arguments[2]).map { .certificate($0) },
  privateKey: .privateKey(try NIOSSLPrivateKey(file: arguments[3], format: .pem)))
let router = Router()
router.get("/health") { _, _ in
  Response(
    status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: body))
}
var logger = Logger(label: "peer")
logger.logLevel = .error
let application = Application(
  router: router,
  server: try .http2Upgrade(tlsConfiguration: configuration),
  configuration: .init(address: .hostname("127.0.0.1", port: Int(arguments[1]) ?? 0)),
  eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 1)),
  logger: logger)
try await application.runService()
