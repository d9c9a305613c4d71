using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;

namespace Ezw.Messaging.Contacts;

/// <summary>
/// Finds out that two contacts are one person, because WhatsApp or a colleague says so, and makes them one: names, conversations and
/// messages move to the contact that stays. What moved is written down, so that a merge can be taken back.
/// </summary>
internal sealed class ContactMerges(Database database, Wakeups wakeups, TimeProvider time)
{
    /// <summary>WhatsApp told that a number and a LID are one person. False: stale epoch.</summary>
    public async Task<bool> LinkAsync(LineKey line, string phoneNumber, string lid, CancellationToken ct)
    {
        var moved = new List<Guid>();
        var current = await EventStore.WriteAsync(database, line.OrganizationId, async db =>
        {
            if (!await ContactAliasStore.IsCurrentAsync(db, line, ct))
                return false;
            var byPhone = await ContactAliasStore.HolderAsync(db, line.OrganizationId, "phone", phoneNumber, ct);
            var byLid = await ContactAliasStore.HolderAsync(db, line.OrganizationId, "lid", lid, ct);
            if (byPhone is { } known && byLid is null && !await ContactAliasStore.HasAsync(db, line.OrganizationId, known, "lid", ct))
                await ContactAliasStore.AddAsync(db, line.OrganizationId, "lid", lid, known, ct);
            else if (byLid is { } holder && byPhone != byLid)
                moved.AddRange(await MeetAsync(db, line.OrganizationId, byPhone, phoneNumber, holder, ct));
            return true;
        }, ct);
        Wake(moved);
        return current;
    }

    /// <summary>A message named a number and a LID that two contacts hold. A pair that a person has parted stays apart.</summary>
    public async Task MergeAsync(LineKey line, Guid byPhone, Guid byLid, CancellationToken ct)
    {
        var moved = await EventStore.WriteAsync(database, line.OrganizationId, async db =>
            await ContactAliasStore.IsCurrentAsync(db, line, ct)
                ? await MergeAsync(db, line.OrganizationId, byPhone, byLid, "whatsapp", null, ct)
                : [], ct);
        Wake(moved);
    }

    /// <summary>A person says that two contacts are one.</summary>
    public async Task<MergeOutcome> MergeByHandAsync(Guid organizationId, Guid userId, Guid keptId, Guid mergedId, CancellationToken ct)
    {
        var moved = new List<Guid>();
        var outcome = await EventStore.WriteAsync(database, organizationId, async db =>
        {
            if (keptId == mergedId || await ContactMergeStore.PairAsync(db, organizationId, keptId, mergedId, ct) is not { } pair)
                return new MergeOutcome.NotFound() as MergeOutcome;
            if (pair.OneIsGroup)
                return new MergeOutcome.NotMergeable();
            var merge = new Merge(organizationId, Ids.New(time), keptId, mergedId, "person", userId, time.NowMs());
            moved.AddRange(await ApplyAsync(db, merge, ct));
            return new MergeOutcome.Merged(keptId);
        }, ct);
        Wake(moved);
        return outcome;
    }

    /// <summary>Takes a merge back: what came with the merged contact returns to it; what was written since stays where it is.</summary>
    public async Task<MergeOutcome> PartAsync(Guid organizationId, Guid userId, Guid mergeId, CancellationToken ct)
    {
        var moved = new List<Guid>();
        var outcome = await EventStore.WriteAsync(database, organizationId, async db =>
        {
            if (await ContactMergeStore.FindAsync(db, organizationId, mergeId, ct) is not { } merge)
                return new MergeOutcome.NotFound() as MergeOutcome;
            if (await ContactMergeStore.IsMergedAsync(db, organizationId, merge.KeptId, ct))
                return new MergeOutcome.Superseded();
            foreach (var statement in ContactPartingStore.Part(merge, userId, time.NowMs()))
                await db.ExecuteAsync(statement, ct);
            moved.AddRange(await ContactMergeStore.LinesAsync(db, merge, ct));
            await ContactMergeStore.LogAsync(db, merge, MessageEvents.ContactsParted, time.NowMs(), ct);
            return new MergeOutcome.Parted(merge.KeptId, merge.MergedId);
        }, ct);
        Wake(moved);
        return outcome;
    }

    /// <summary>The holder of a LID turns out to have a number that nobody has, or that somebody else was known by.</summary>
    private async Task<List<Guid>> MeetAsync(
        DbSession db, Guid organizationId, Guid? byPhone, string phoneNumber, Guid byLid, CancellationToken ct)
    {
        if (byPhone is not { } former)
        {
            await ContactAliasStore.AddAsync(db, organizationId, "phone", phoneNumber, byLid, ct);
            await ContactMergeStore.LogChangedAsync(db, organizationId, [byLid], time.NowMs(), ct);
            return [];
        }
        if (!await ContactAliasStore.HasAsync(db, organizationId, former, "lid", ct))
            return await MergeAsync(db, organizationId, former, byLid, "whatsapp", null, ct);
        // The number has changed hands: its former holder keeps the other LID.
        await ContactAliasStore.MoveAsync(db, organizationId, "phone", phoneNumber, byLid, ct);
        await ContactMergeStore.LogChangedAsync(db, organizationId, [former, byLid], time.NowMs(), ct);
        return [];
    }

    private async Task<List<Guid>> MergeAsync(
        DbSession db, Guid organizationId, Guid one, Guid other, string reason, Guid? userId, CancellationToken ct)
    {
        if (await ContactMergeStore.PairAsync(db, organizationId, one, other, ct) is not { Parted: false, OneIsGroup: false } pair)
            return [];
        var (kept, merged) = pair.FirstIsOlder ? (one, other) : (other, one);
        return await ApplyAsync(db, new Merge(organizationId, Ids.New(time), kept, merged, reason, userId, time.NowMs()), ct);
    }

    private static async Task<List<Guid>> ApplyAsync(DbSession db, Merge merge, CancellationToken ct)
    {
        foreach (var statement in ContactMergeStore.Apply(merge))
            await db.ExecuteAsync(statement, ct);
        await ContactMergeStore.LogAsync(db, merge, MessageEvents.ContactsMerged, merge.At, ct);
        return await ContactMergeStore.LinesAsync(db, merge, ct);
    }

    // What waited behind one conversation's head may be due in the other.
    private void Wake(List<Guid> lines)
    {
        foreach (var lineId in lines)
            wakeups.Wake(Sending.SendWorker.Topic, lineId);
    }
}

/// <summary>What became of a wish to merge or to part.</summary>
internal abstract record MergeOutcome
{
    private MergeOutcome() { }

    public sealed record Merged(Guid KeptId) : MergeOutcome;

    public sealed record Parted(Guid KeptId, Guid MergedId) : MergeOutcome;

    public sealed record NotFound : MergeOutcome;

    /// <summary>A group is nobody's other name.</summary>
    public sealed record NotMergeable : MergeOutcome;

    /// <summary>The contact that was kept has itself been merged since; that merge must be taken back first.</summary>
    public sealed record Superseded : MergeOutcome;
}

/// <param name="Reason">whatsapp or person.</param>
internal sealed record Merge(Guid OrganizationId, Guid Id, Guid KeptId, Guid MergedId, string Reason, Guid? UserId, long At);
