using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ezw.Tests.Architecture;

public sealed partial class SqlTests
{
    private static readonly string[] Homes = ["src/Ezw.Server/Foundation/Storage/", "src/Ezw.Server/Foundation/Events/"];

    [Fact]
    public void Sql_stands_only_in_stores_storage_and_migrations() => Finding.None(SourceFile.Product.SelectMany(Find));

    [Theory]
    [InlineData("\"select id from line\"")]
    [InlineData("$\"\"\"\n    UPDATE line\n    SET state = {state}\n    \"\"\"")]
    [InlineData("$\"insert into {table} (id) values (1)\"")]
    [InlineData("\"insert or ignore into line values (1)\"")]
    [InlineData("@\"  delete from line\"")]
    [InlineData("\"with due as (select 1) select * from due\"")]
    [InlineData("\"create unique index line_name on line(name)\"")]
    [InlineData("\"merge into line using x\"")]
    [InlineData("\"select \" + columns + \" from line\"")]
    [InlineData("\"pragma journal_mode = wal\"")]
    [InlineData("\"select 1\"u8")]
    public void Detects_sql_outside_a_store(string literal) =>
        Assert.Single(Find(SourceFile.Of("src/Ezw.Server/Lines/LinesApi.cs", $"class A {{ object sql = {literal}; }}")));

    [Theory]
    [InlineData("src/Ezw.Server/Lines/LineStore.cs")]
    [InlineData("src/Ezw.Server/Inbox/SearchStore.Postgres.cs")]
    [InlineData("src/Ezw.Server/Foundation/Storage/CommitQueue.cs")]
    [InlineData("src/Ezw.Server/Foundation/Events/EventLog.cs")]
    [InlineData("src/Ezw.Server/Lines/Migrations/First.cs")]
    public void Accepts_sql_at_home(string path) =>
        Assert.Empty(Find(SourceFile.Of(path, "class A { string sql = \"select id from line\"; }")));

    [Theory]
    [InlineData("Select a line from the list.")]
    [InlineData("with the line's token as bearer")]
    [InlineData("update")]
    [InlineData("create a line first")]
    public void Accepts_prose(string prose) =>
        Assert.Empty(Find(SourceFile.Of("src/Ezw.Server/Lines/Problems.cs", $"class A {{ string text = \"{prose}\"; }}")));

    private static IEnumerable<Finding> Find(SourceFile file) =>
        IsHome(file)
            ? []
            : from text in file.Root.DescendantNodes()
              where text is InterpolatedStringExpressionSyntax
                  || text is LiteralExpressionSyntax literal && literal.Token.Value is string
              where Sql().IsMatch(Content(text))
              select file.Complain(text, "SQL outside a store; give it a method of the noun's *Store.cs");

    private static bool IsHome(SourceFile file) =>
        file.Name.EndsWith("Store.cs", StringComparison.Ordinal)
        || file.Name.Contains("Store.", StringComparison.Ordinal)
        || file.Folders.Contains("Migrations")
        || Homes.Any(home => file.Path.StartsWith(home, StringComparison.Ordinal));

    private static string Content(SyntaxNode text) => text switch
    {
        LiteralExpressionSyntax literal => (string)literal.Token.Value!,
        InterpolatedStringExpressionSyntax mixed => string.Concat(
            mixed.Contents.Select(part => part is InterpolationSyntax ? "x" : part.ToString())),
        _ => "",
    };

    // Keywords are all lower or all upper case, which tells a statement from the beginning of a sentence.
    [GeneratedRegex("""
        ^\s*(
          (select|SELECT)\s+(\S+\s*$|$|\*|\d|(?s:.)*\b(from|FROM)\b)
        | (select|SELECT)\s*$
        | (insert|INSERT)\s+((?i:or)\s+\w+\s+)?(into|INTO)\b
        | (update|UPDATE)\s+(?s:.)+\b(set|SET)\b
        | (delete|DELETE)\s+(from|FROM)\b
        | (with|WITH)\s+(?s:.)+\b(as|AS)\s+((?i:not\s+)?(?i:materialized)\s+)?\(
        | (create|CREATE)\s+((?i:unique|temp|temporary|virtual)\s+)?(table|index|view|trigger|database|schema|TABLE|INDEX|VIEW)\b
        | (alter|drop|truncate|ALTER|DROP|TRUNCATE)\s+(table|index|view|TABLE|INDEX|VIEW)\b
        | (merge|MERGE)\s+(into|INTO)\b
        | (pragma|PRAGMA)\s+\w+
        )
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Sql();
}
