import Contract
import Curl
import Logging
import Models
import Runs
import Store

/// Exchanges with providers of models, written down or played as the operator says.
struct Recordings: Sendable {
  private let settings: RecordingSettings
  private let wallClock: any WallClock
  private let clock: any MonotonicClock
  private let observer: ServerObserver

  init(
    _ settings: RecordingSettings, _ wallClock: any WallClock, _ clock: any MonotonicClock,
    _ observer: ServerObserver
  ) {
    self.settings = settings
    self.wallClock = wallClock
    self.clock = clock
    self.observer = observer
  }

  /// How providers are asked.
  func traffic(over transport: CurlTransport?) throws(StartFailure) -> ProviderTraffic {
    if let path = settings.replay { return .replayed(try replay(path)) }
    guard let path = settings.record else { return .live(transport) }
    guard let transport else {
      throw StartFailure(.configuration, "record needs \(CurlLibrary.missing)")
    }
    return .recorded(transport, by: try recorder(path))
  }

  private func recorder(_ path: String) throws(StartFailure) -> ExchangeRecorder {
    do throws(StoreError) {
      let recorder = try ExchangeRecorder(
        into: DataFolder.lock(path, passableBy: .owner), wallClock: wallClock, clock: clock,
        complain: observer.notRecorded)
      observer.log.notice(
        "exchanges with providers are recorded", metadata: ["folder": "\(path)"])
      return recorder
    } catch .inUse(let process) {
      throw StartFailure(
        .inUse, "record: process \(process.map { "\($0)" } ?? "unknown") records into \(path)")
    } catch {
      throw StartFailure(.folder, "record: \(path): \(error)")
    }
  }

  private func replay(_ path: String) throws(StartFailure) -> ExchangeReplay {
    let folder: DataFolder
    do throws(StoreError) {
      folder = try DataFolder.open(path)
    } catch {
      throw StartFailure(.configuration, "replay: \(error)")
    }
    do throws(RecordingProblem) {
      let replay = try ExchangeReplay(
        from: folder, pausing: settings.hasPauses ? SystemPausing() : nil)
      observer.log.notice(
        "recordings are played in the place of providers",
        metadata: ["folder": "\(path)", "exchanges": .stringConvertible(replay.count)])
      return replay
    } catch {
      throw StartFailure(.configuration, "replay: \(path): \(error)")
    }
  }
}
