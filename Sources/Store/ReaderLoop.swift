/// What each reader thread does: one snapshot for each piece of work.
struct ReaderLoop: Sendable {
  let queue: WorkQueue<any Work>

  /// Works until the queue is closed and empty.
  func run(on session: Session) {
    while let work = queue.waitForNext() { perform(work, on: session) }
  }

  private func perform(_ work: any Work, on session: Session) {
    do throws(StoreError) { try session.beginReading() } catch { return work.answer(error) }
    _ = work.perform(on: session)
    work.answer(session.commit())
  }
}
