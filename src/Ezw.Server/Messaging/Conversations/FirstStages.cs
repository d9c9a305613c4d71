using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Messaging.Conversations;

/// <summary>Gives every new organization a board to begin with.</summary>
internal sealed class FirstStages(TimeProvider time) : IOrganizationPart
{
    public Task OpenAsync(DbSession db, Guid organizationId, CancellationToken cancellationToken) =>
        StageStore.OpenAsync(db, organizationId, time, cancellationToken);
}
