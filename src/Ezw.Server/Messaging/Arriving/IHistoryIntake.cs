using Ezw.Lines;
using Ezw.Providers;

namespace Ezw.Messaging.Arriving;

/// <summary>Takes the past that a phone hands over. History is no traffic: it stands above messaging and implements this.</summary>
internal interface IHistoryIntake
{
    /// <summary>Completes after the durable commit. False: stale epoch, nothing was stored.</summary>
    Task<bool> TakeAsync(LineKey line, HistorySeen seen, CancellationToken cancellationToken);
}
