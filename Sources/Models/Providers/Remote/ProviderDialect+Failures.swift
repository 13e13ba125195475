internal import Wire

extension ProviderDialect.Row {
  /// The failure that an answer with such a status is.
  func failure(status: Int, body: [UInt8]) -> AttemptFailure {
    let complaint = complaint(in: body)
    let known = ProviderStatus(status)
    let named = complaint?.names.lazy.compactMap { faults[$0] }.first
    var failure = AttemptFailure(
      known?.fault ?? named ?? .requestRejected,
      complaint?.message ?? "The provider answered with status \(status).")
    failure.isTransient = known?.isRetried ?? false
    return failure
  }

  /// The failure that an error within a stream is.
  func failure(_ complaint: ProviderComplaint) -> AttemptFailure {
    let named = complaint.names.lazy.compactMap { faults[$0] }.first
    let known = complaint.status.flatMap(ProviderStatus.init)
    return AttemptFailure(
      named ?? known?.fault ?? .streamBroken,
      complaint.message ?? "The provider broke the answer off with an error.")
  }

  private func complaint(in body: [UInt8]) -> ProviderComplaint? {
    do throws(DecodeError) {
      return ProviderComplaint(try WireValue(json: body))
    } catch {
      // A proxy's page or a body cut short says less than the status.
      return nil
    }
  }
}
