using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Lines;

/// <summary>Makes lines, for the API and for the demo.</summary>
internal sealed class LineCreation(Database database, EzwContexts contexts, Wakeups wakeups, TimeProvider time)
{
    public async Task<Guid> CreateAsync(Guid organizationId, string displayName, string provider, CancellationToken ct)
    {
        var now = time.NowMs();
        var line = new Line
        {
            OrganizationId = organizationId, Id = Ids.New(time), DisplayName = displayName, Provider = provider,
            LifecycleSince = now, CreatedAt = now, Version = 1,
        };
        await EventStore.WriteAsync(database, organizationId, async db =>
        {
            await using var context = contexts.For(db, organizationId);
            context.Add(line);
            await context.SaveChangesAsync(ct);
            await LineOwnerStore.OpenAsync(db, organizationId, line.Id, ct);
            await EventStore.AppendAsync(db, [new(organizationId, LineEvents.Created, line.Id, null, line.Id, null, now)], ct);
            return line.Id;
        }, ct);
        wakeups.Wake(LineSupervisor.Topic, line.Id);
        return line.Id;
    }
}
