using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Contracts;

/// <summary>TEN-09: no row of a customer without its organization.</summary>
public sealed class TenancySchemaTests
{
    /// <summary>Tables that belong to no organization.</summary>
    private static readonly Dictionary<string, string> Unowned = new()
    {
        ["migration"] = "the schema's own history",
        ["node"] = "a running server serves every organization",
        ["organization"] = "it is the organization",
        ["user_account"] = "a person may be a member of several; memberships belong to one",
        ["refresh_token"] = "of a person's login, which is before an organization is chosen",
        ["signing_key"] = "of the server",
        ["login_throttle"] = "counts attempts before anybody is known",
        ["setup_link"] = "makes the first organization",
        ["demo_workspace"] = "one row: that this database is for demonstration",
    };

    /// <summary>SQLite's word indexes hold no columns: every word in them begins with a code of its organization.</summary>
    private static readonly string[] WordIndexes = ["message_words", "contact_words"];

    /// <summary>SQLite numbers these rows for its word indexes; there the organization leads the unique key.</summary>
    private static readonly string[] Numbered = ["message_search", "contact_search"];

    /// <summary>The organization is the whole primary key, of which SQLite does not say that it is required.</summary>
    private static readonly string[] OneRowEach = ["event_position", "search_progress", "webhook_relay"];

    [Theory, EachDatabase]
    public async Task Every_row_of_a_customer_begins_with_its_organization(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await using var db = await store.Database.ReadAsync(CancellationToken.None);

        var tables = await TenancySchema.TablesAsync(db);

        Assert.InRange(tables.Count, 30, 200);
        Assert.Empty(tables.Where(IsFaulty).Select(table => $"{table}"));
        // An exception that is none any more is taken off the list.
        Assert.Empty(Unowned.Keys.Except(tables.Select(table => table.Name)));
        Assert.DoesNotContain(tables, table => Unowned.ContainsKey(table.Name) && table.Columns.Contains("organization_id"));
    }

    private static bool IsFaulty(TenancyTable table) =>
        !Unowned.ContainsKey(table.Name)
        && !WordIndexes.Any(index => table.Name == index || table.Name.StartsWith($"{index}_", StringComparison.Ordinal))
        && !((table.PrimaryFirst == "organization_id" || (Numbered.Contains(table.Name) && table.UniqueFirst.Contains("organization_id")))
            && (table.Required.Contains("organization_id") || OneRowEach.Contains(table.Name)));
}
