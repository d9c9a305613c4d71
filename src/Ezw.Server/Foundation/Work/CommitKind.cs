using System.Data.Common;
using Ezw.Foundation.Storage;

namespace Ezw.Foundation.Work;

/// <summary>
/// One kind of small write that many callers make at once. The queue gathers items into one transaction; a kind says which
/// set-based statements store a batch and how each item learns its outcome.
/// </summary>
/// <remarks>
/// Statements must be harmless when the same items run again: after a lost connection nobody knows whether the commit arrived,
/// and the queue simply repeats it. They run under the commit locks of every organization in the batch.
/// </remarks>
public abstract class CommitKind<TItem, TOutcome> : ICommitKind
{
    public abstract Guid OrganizationOf(TItem item);

    /// <summary>The writes, in order. None may return rows.</summary>
    public abstract IEnumerable<Sql> Write(CommitBatch<TItem> batch);

    /// <summary>One select that returns one row an item, ordered by ordinal.</summary>
    public abstract Sql Outcomes(CommitBatch<TItem> batch);

    public abstract TOutcome Read(TItem item, DbDataReader row);

    /// <summary>Two items with the same key may not share a batch; null never meets anything.</summary>
    public virtual object? ExclusiveKey(TItem item) => null;

    IEnumerable<Guid> ICommitKind.Organizations(IReadOnlyList<PendingCommit> pending) =>
        pending.Select(p => OrganizationOf(((PendingCommit<TItem, TOutcome>)p).Item));

    CommitScript ICommitKind.Script(IReadOnlyList<PendingCommit> pending, long now)
    {
        var typed = pending.Cast<PendingCommit<TItem, TOutcome>>().ToList();
        var items = typed.ConvertAll(p => p.Item);
        var batch = new CommitBatch<TItem>(items, [.. items.Select(OrganizationOf).Distinct()], now);
        return new CommitScript(
            [.. Write(batch)], Outcomes(batch), items.Count, (index, row) => typed[index].Outcome = Read(typed[index].Item, row));
    }
}

/// <param name="Organizations">The distinct organizations of the items.</param>
/// <param name="Now">Epoch-milliseconds: one moment for every statement of the batch.</param>
public sealed record CommitBatch<TItem>(IReadOnlyList<TItem> Items, IReadOnlyList<Guid> Organizations, long Now);

internal interface ICommitKind
{
    IEnumerable<Guid> Organizations(IReadOnlyList<PendingCommit> pending);

    CommitScript Script(IReadOnlyList<PendingCommit> pending, long now);
}

internal sealed record CommitScript(IReadOnlyList<Sql> Writes, Sql Outcomes, int Items, Action<int, DbDataReader> Read)
{
    /// <summary>Outcomes are matched by order: one row too few would hand an answer to the wrong caller.</summary>
    public void RequireRows(int rows)
    {
        if (rows != Items)
            throw new InvalidOperationException($"A batch of {Items} items had {rows} outcomes.");
    }
}

internal abstract class PendingCommit(ICommitKind kind, object? exclusiveKey)
{
    public ICommitKind Kind => kind;

    /// <summary>Worked out on the caller's stack, where a malformed item fails alone.</summary>
    public object? ExclusiveKey => exclusiveKey;

    public abstract void Complete();

    public abstract void Fail(Exception why);
}

internal sealed class PendingCommit<TItem, TOutcome>(CommitKind<TItem, TOutcome> kind, TItem item)
    : PendingCommit(kind, kind.ExclusiveKey(item))
{
    private readonly TaskCompletionSource<TOutcome> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TItem Item => item;

    public TOutcome Outcome { get; set; } = default!;

    public Task<TOutcome> Task => completion.Task;

    public override void Complete() => completion.TrySetResult(Outcome);

    public override void Fail(Exception why) => completion.TrySetException(why);
}
