using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ezw.Tests.Architecture;

public sealed partial class CommentTests
{
    [Fact]
    public void There_are_no_regions() => Finding.None(SourceFile.Everything.SelectMany(Regions));

    [Fact]
    public void Unfinished_work_is_an_issue_not_a_comment() => Finding.None(SourceFile.Everything.SelectMany(Unfinished));

    [Fact]
    public void Old_code_lives_in_the_history() => Finding.None(SourceFile.Everything.SelectMany(CommentedOut));

    [Fact]
    public void Detects_a_region() => Assert.Single(Regions(Snippet("#region Fields\nclass A;\n#endregion")));

    [Theory]
    [InlineData("// TODO: later")]
    [InlineData("/* FIXME */")]
    [InlineData("/// <summary>HACK around it</summary>")]
    public void Detects_unfinished_work(string comment) => Assert.Single(Unfinished(Snippet($"{comment}\nclass A;")));

    [Theory]
    [InlineData("// var line = lines[0];")]
    [InlineData("// if (line is null) {")]
    [InlineData("/*\n line.Stop();\n*/")]
    public void Detects_commented_out_code(string comment) => Assert.Single(CommentedOut(Snippet($"{comment}\nclass A;")));

    [Theory]
    [InlineData("// Todos los mensajes: a limit of WhatsApp's own.")]
    [InlineData("class A { string url = \"https://example.com/a;\"; }")]
    public void Accepts_sentences(string code) =>
        Assert.Empty(new[] { Snippet(code) }.SelectMany(file => Regions(file).Concat(Unfinished(file)).Concat(CommentedOut(file))));

    private static SourceFile Snippet(string code) => SourceFile.Of("src/Ezw.Server/Lines/A.cs", code);

    private static IEnumerable<Finding> Regions(SourceFile file) =>
        from region in file.Root.DescendantNodes(descendIntoTrivia: true).OfType<RegionDirectiveTriviaSyntax>()
        select file.Complain(region, "a region hides a part that wants a file of its own");

    private static IEnumerable<Finding> Unfinished(SourceFile file) =>
        from line in Comments(file)
        where Mark().IsMatch(line.Text)
        select file.Complain(line.Number, "unfinished work is an issue; finish it or file it");

    private static IEnumerable<Finding> CommentedOut(SourceFile file) =>
        from line in Comments(file)
        where !line.IsDocumentation && line.Text.TrimEnd() is [.., ';' or '{']
        select file.Complain(line.Number, "looks like commented-out code; the history keeps it");

    private static IEnumerable<(string Text, int Number, bool IsDocumentation)> Comments(SourceFile file) =>
        from comment in file.Root.DescendantTrivia()
        let kind = comment.Kind()
        let isDocumentation = kind is SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia
        where isDocumentation || kind is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
        let start = comment.GetLocation().GetLineSpan().StartLinePosition.Line + 1
        from line in comment.ToFullString().Split('\n').Select((text, offset) => (text, offset))
        select (line.text, start + line.offset, isDocumentation);

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Mark();
}
