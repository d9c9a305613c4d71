using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Live;

/// <summary>Writes events into an organization's log on the way that every slice takes, and reads what stands there.</summary>
internal static class Journal
{
    public const string Kind = "message.received";

    /// <summary>Appends events about new subjects and answers those, in order.</summary>
    public static async Task<List<Guid>> AppendAsync(this Workspace workspace, int count, Guid? lineId, string kind = Kind)
    {
        List<Guid> subjects = [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())];
        await EventStore.WriteAsync(workspace.App.Database, workspace.OrganizationId, async db =>
        {
            await EventStore.AppendAsync(
                db, [.. subjects.Select(id => new NewEvent(workspace.OrganizationId, kind, lineId, null, id, null, 0))], default);
            return true;
        }, default);
        return subjects;
    }

    public static async Task<List<LoggedEvent>> LogAsync(this Workspace workspace)
    {
        await using var db = await workspace.App.Database.ReadAsync(default);
        return await EventStore.ReadAsync(db, workspace.OrganizationId, 0, int.MaxValue, default);
    }

    public static async Task GrantAsync(this TestLine line, Workspace person, string level = "see")
    {
        using var granted = await line.Workspace.PutAsync($"{line.Path}/permissions/{person.UserId}", $$"""{"level":"{{level}}"}""");
        Assert.Equal(204, (int)granted.StatusCode);
    }

    public static async Task RevokeAsync(this TestLine line, Workspace person)
    {
        using var revoked = await line.Workspace.DeleteAsync($"{line.Path}/permissions/{person.UserId}");
        Assert.Equal(204, (int)revoked.StatusCode);
    }
}
