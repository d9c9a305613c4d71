using System.Text.RegularExpressions;
using Ezw.Tests.Architecture;
using Ezw.Tests.Support;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ezw.Tests.Contracts;

/// <summary>docs/errors.md lists every code that the source can answer with, and no other.</summary>
public sealed partial class ErrorCatalogueTests
{
    [Fact]
    public void The_catalogue_and_the_source_name_the_same_codes()
    {
        var emitted = SourceFile.Product.SelectMany(Codes).Order(StringComparer.Ordinal).Distinct();
        var listed = Row().Matches(File.ReadAllText(RepositoryRoot.Of("docs/errors.md"))).Select(row => row.Groups[1].Value)
            .Order(StringComparer.Ordinal).Distinct();

        Assert.Equal(emitted, listed);
    }

    [Theory]
    [InlineData("Problems.Of(409, \"line_gone\", \"x\")", "line_gone")]
    [InlineData("Of(StatusCodes.Status404NotFound, \"not_found\", \"x\")", "not_found")]
    [InlineData("new ProviderError(ErrorClass.Transient, \"ack_missing\", \"x\")", "ack_missing")]
    [InlineData("Unknown(\"timeout\", \"x\")", "timeout")]
    [InlineData("new ArchiveOutcome.Refused(\"media_corrupt\", \"x\")", "media_corrupt")]
    [InlineData("new TargetUrl.Refused(\"url_invalid\", \"x\")", "url_invalid")]
    [InlineData("Sql(\"update message set error_code = case when true then 'rejected' end\")", "rejected")]
    [InlineData("Sql(\"select 1 from attachment where error_code = 'not_here'\")", "not_here")]
    public void Detects_a_code(string expression, string code) =>
        Assert.Equal([code], Codes(SourceFile.Of("src/Ezw.Server/A.cs", $"class A {{ object M() => {expression}; }}")));

    private static IEnumerable<string> Codes(SourceFile file) => file.Root.DescendantNodes().SelectMany(node => node switch
    {
        InvocationExpressionSyntax call => CalleeOf(call) switch
        {
            "Of" => Literal(call.ArgumentList, 1),
            "Unknown" => Literal(call.ArgumentList, 0),
            _ => [],
        },
        ObjectCreationExpressionSyntax { Type: IdentifierNameSyntax { Identifier.Text: "ProviderError" }, ArgumentList: { } arguments } =>
            Literal(arguments, 1),
        ObjectCreationExpressionSyntax { Type: QualifiedNameSyntax type, ArgumentList: { } ofFile }
            when type.Left.ToString() is "ArchiveOutcome" or "TargetUrl" => Literal(ofFile, 0),
        LiteralExpressionSyntax or InterpolatedStringExpressionSyntax =>
            SqlCode().Matches(node.ToString()).Select(match => match.Groups[1].Value),
        _ => [],
    });

    private static string CalleeOf(InvocationExpressionSyntax call) => call.Expression.ToString().Split('.')[^1];

    private static IEnumerable<string> Literal(ArgumentListSyntax arguments, int at) =>
        arguments.Arguments.ElementAtOrDefault(at)?.Expression is LiteralExpressionSyntax { Token.Value: string code }
            && Code().IsMatch(code)
            ? [code]
            : [];

    [GeneratedRegex(@"^\| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("^[a-z]+(_[a-z]+)*$")]
    private static partial Regex Code();

    [GeneratedRegex("error_code = (?:case when [^']*(?:'[a-z]+' )?then )?'([a-z_]+)'")]
    private static partial Regex SqlCode();
}
