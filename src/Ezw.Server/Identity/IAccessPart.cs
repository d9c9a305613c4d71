using Ezw.Foundation.Storage;

namespace Ezw.Identity;

/// <summary>
/// What another slice does when a member loses something they were allowed: a role, a line, the membership. It runs in the transaction
/// that takes it away, after it is gone and under the organization's lock, so that no moment exists in which both are true.
/// </summary>
internal interface IAccessPart
{
    Task NarrowedAsync(DbSession db, Guid organizationId, Guid userId, CancellationToken cancellationToken);
}
