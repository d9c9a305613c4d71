using Ezw.Foundation.Storage;
using Ezw.Providers;

namespace Ezw.Messaging.Sending;

/// <summary>Tells an engine what a message says that it must say again.</summary>
internal sealed class OutboundArchive(Database database) : IOutboundArchive
{
    public async Task<ArchivedMessage?> FindAsync(
        Guid organizationId, Guid lineId, ChatAddress chat, string providerMessageId, CancellationToken cancellationToken)
    {
        await using var db = await database.ReadAsync(cancellationToken);
        return await OutboundArchiveStore.FindAsync(db, organizationId, lineId, chat, providerMessageId, cancellationToken);
    }
}
