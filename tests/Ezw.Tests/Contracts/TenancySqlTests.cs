using System.Text.RegularExpressions;
using Ezw.Tests.Architecture;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ezw.Tests.Contracts;

/// <summary>TEN-09: no statement without the organization. What crosses organizations, or comes before one is known, is named.</summary>
public sealed partial class TenancySqlTests
{
    /// <summary>By store, or by the member of a store.</summary>
    private static readonly Dictionary<string, string> Crossing = new()
    {
        ["DemoStore"] = "one row that says what the database is for",
        ["AccountStore"] = "people are above organizations; what they are in one is a membership",
        ["LoginThrottleStore"] = "counts before anybody is known",
        ["RefreshTokenStore"] = "a login is before an organization is chosen",
        ["SetupLinkStore"] = "makes the first organization",
        ["SigningKeyStore"] = "keys of the server",
        ["MemberStore.Select"] = "the beginning of a statement whose ends name it",
        ["LineOwnerStore.HeartbeatAsync"] = "of the node",
        ["LineOwnerStore.LoadAsync"] = "a node's duty: all lines, counted",
        ["LineOwnerStore.ClaimAsync"] = "a node's duty: lines that nobody runs; line_id is unique by itself",
        ["LineOwnerStore.ReleaseAsync"] = "a node's duty: lines that it runs",
        ["LineOwnerStore.ForfeitAsync"] = "a node's duty: lines that it runs",
        ["LineOwnerStore.LeaveAsync"] = "of the node",
        ["LineOwnerStore.SweepAsync"] = "of nodes",
        ["LineOwnerStore.ForgetNodesAsync"] = "of nodes",
        ["LineReportStore.Outcomes"] = "asks only whether an epoch still holds; line_id is unique by itself",
        ["ChatUpdateStore.Outcomes"] = "asks only whether an epoch still holds; line_id is unique by itself",
        ["MessageChangeStore.Outcomes"] = "asks only whether an epoch still holds; line_id is unique by itself",
        ["ReceiptStore.Outcomes"] = "asks only whether an epoch still holds; line_id is unique by itself",
        ["AttemptFinishStore.Outcomes"] = "asks only whether an epoch still holds; line_id is unique by itself",
        ["DeliveryFinishStore.Outcomes"] = "asks only whether an epoch still holds; line_id is unique by itself",
        ["LaneStore.FindAsync"] = "a courier's duty: lanes of its webhook, whose id is unique by itself",
        ["ContactStore.OfLines"] = "the outer half of a statement; every walk in it names it",
        ["AttachmentStore.DueLinesAsync"] = "a node's duty: which of its lines have work",
        ["OutboxStore.DueLinesAsync"] = "a node's duty: which of its lines have work",
        ["DeliveryLogStore.EndOfWindow"] = "the outer half of a statement; the walk in it names it",
        ["LineTokenStore.TouchAsync"] = "notes that tokens were used, by ids that only their own rows have",
        ["LiveTicketStore.InsertAsync"] = "sweeps what has expired, whose ever it is",
    };

    [Fact]
    public void Every_statement_of_a_store_names_the_organization() =>
        Finding.None(SourceFile.Product.SelectMany(file => Find(file).Where(found => !IsExcepted(found.Where)))
            .Select(found => found.Finding));

    [Fact]
    public void What_is_excepted_is_there()
    {
        var found = SourceFile.Product.SelectMany(Find).SelectMany(one => new[] { one.Where, one.Where.Split('.')[0] }).ToHashSet();

        Assert.DoesNotContain(Crossing.Keys, where => !found.Contains(where));
    }

    [Theory]
    [InlineData("class AStore { string A() => $\"select id from line where id = {id}\"; }", 1)]
    [InlineData("class AStore { string A() => $\"update line set state = {state}\"; }", 1)]
    [InlineData("class AStore { string A() => \"with due as (select 1) select * from due\"; }", 1)]
    [InlineData("class AStore { string A() => $\"select id from line where organization_id = {caller.OrganizationId}\"; }", 0)]
    [InlineData("class AStore { string A() => $\"and id = {id}\"; }", 0)]
    public void Detects_a_statement_without_the_organization(string code, int findings) =>
        Assert.Equal(findings, Find(SourceFile.Of("src/Ezw.Server/Lines/AStore.cs", code)).Count());

    private static bool IsExcepted(string where) => Crossing.ContainsKey(where) || Crossing.ContainsKey(where.Split('.')[0]);

    private static IEnumerable<(string Where, Finding Finding)> Find(SourceFile file) =>
        !file.Name.EndsWith("Store.cs", StringComparison.Ordinal)
            ? []
            : from text in file.Root.DescendantNodes()
              where text is InterpolatedStringExpressionSyntax
                  || text is LiteralExpressionSyntax literal && literal.Token.Value is string
              where Statement().IsMatch(Content(text)) && !text.ToString().Contains("organization", StringComparison.OrdinalIgnoreCase)
              select (WhereIs(file, text), file.Complain(text, $"{WhereIs(file, text)}: SQL that does not name the organization"));

    private static string WhereIs(SourceFile file, SyntaxNode text) => $"{file.Name[..^3]}." + text.Ancestors().Select(node => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax } field => field.Identifier.Text,
        _ => null,
    }).FirstOrDefault(name => name is not null);

    private static string Content(SyntaxNode text) => text switch
    {
        LiteralExpressionSyntax literal => (string)literal.Token.Value!,
        InterpolatedStringExpressionSyntax mixed => string.Concat(
            mixed.Contents.Select(part => part is InterpolationSyntax ? "x" : part.ToString())),
        _ => "",
    };

    [GeneratedRegex(
        @"^\s*(select\s.*\bfrom\b|insert\s+into\b|insert\s+or\s|update\s.*\bset\b|delete\s+from\b|with\s.*\bas\b)",
        RegexOptions.Singleline)]
    private static partial Regex Statement();
}
