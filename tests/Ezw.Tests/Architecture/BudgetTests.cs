using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ezw.Tests.Architecture;

public sealed partial class BudgetTests
{
    private const int MaxFileLines = 400;
    private const int MaxMethodLines = 60;
    private const int MaxHandlerLines = 30;
    private const int MaxLineLength = 140;

    // The lines of a snippet that hold its braces.
    private const int FirstAndLast = 2;

    [Fact]
    public void Files_stay_short() => Finding.None(SourceFile.Everything.SelectMany(LongFiles));

    [Fact]
    public void Methods_stay_short() => Finding.None(SourceFile.Product.SelectMany(LongMethods));

    [Fact]
    public void Handlers_stay_short() => Finding.None(SourceFile.Product.SelectMany(LongHandlers));

    [Fact]
    public void Lines_stay_short_and_clean() => Finding.None(SourceFile.Everything.SelectMany(BadLines));

    [Fact]
    public void Detects_a_long_file()
    {
        Assert.Empty(LongFiles(Snippet("Line.cs", Repeat("// why", MaxFileLines))));
        Assert.Single(LongFiles(Snippet("Line.cs", Repeat("// why", MaxFileLines + 1))));
    }

    [Theory]
    [InlineData("class A { void M() {\n<body>} }")]
    [InlineData("class A { A() {\n<body>} }")]
    [InlineData("class A { int P { get {\n<body>return 0; } } }")]
    [InlineData("class A { void M() => Run(() => {\n<body>}); }")]
    public void Detects_a_long_method(string code)
    {
        Assert.Empty(LongMethods(Snippet("Line.cs", code.Replace("<body>", Repeat("Step();", MaxMethodLines - FirstAndLast)))));
        Assert.Single(LongMethods(Snippet("Line.cs", code.Replace("<body>", Repeat("Step();", MaxMethodLines - FirstAndLast + 1)))));
    }

    [Fact]
    public void Detects_a_long_handler()
    {
        const string code = "static class LinesApi { static void Create() {\n<body>} }";
        Assert.Empty(LongHandlers(Snippet("LinesApi.cs", code.Replace("<body>", Repeat("Step();", MaxHandlerLines - FirstAndLast)))));
        Assert.Single(LongHandlers(Snippet("LinesApi.cs", code.Replace("<body>", Repeat("Step();", MaxHandlerLines - FirstAndLast + 1)))));
    }

    [Fact]
    public void Detects_a_bad_line()
    {
        Assert.Single(BadLines(Snippet("A.cs", $"// {new string('x', MaxLineLength)}\n")));
        Assert.Single(BadLines(Snippet("A.cs", "class A; \n")));
        Assert.Single(BadLines(Snippet("A.cs", "\tclass A;\n")));
        Assert.Single(BadLines(Snippet("A.cs", "class A;\r\n")));
        Assert.Single(BadLines(Snippet("A.cs", "class A;")));
        Assert.Empty(BadLines(Snippet("A.cs", $"/// <summary>{Repeat("<see cref=\"A\"/>", 12, " ")}</summary>\nclass A;\n")));
    }

    private static SourceFile Snippet(string name, string code) => SourceFile.Of($"src/Ezw.Server/Lines/{name}", code);

    private static string Repeat(string line, int times, string separator = "\n") =>
        string.Concat(Enumerable.Repeat(line + separator, times));

    private static IEnumerable<Finding> LongFiles(SourceFile file)
    {
        var lines = file.Lines.Count - (file.Text.EndsWith('\n') ? 1 : 0);
        return lines > MaxFileLines ? [file.Complain(1, $"{lines} lines, {MaxFileLines} are allowed; split by sub-noun")] : [];
    }

    private static IEnumerable<Finding> LongMethods(SourceFile file) =>
        from method in file.Root.DescendantNodes()
        where method is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax
        let lines = LinesOf(method)
        where lines > MaxMethodLines
        select file.Complain(method, $"a method of {lines} lines, {MaxMethodLines} are allowed");

    private static IEnumerable<Finding> LongHandlers(SourceFile file) =>
        from method in file.All<MethodDeclarationSyntax>()
        where file.Name.EndsWith("Api.cs", StringComparison.Ordinal) && method.Modifiers.Any(modifier => modifier.Text == "static")
        let lines = LinesOf(method)
        where lines > MaxHandlerLines
        select file.Complain(method, $"the handler {method.Identifier.Text} has {lines} lines, {MaxHandlerLines} are allowed");

    private static IEnumerable<Finding> BadLines(SourceFile file)
    {
        foreach (var (line, index) in file.Lines.Select((line, index) => (line, index)))
        {
            // What counts is what a person reads: the tags of an XML comment do not.
            var read = line.TrimStart().StartsWith("///", StringComparison.Ordinal) ? Tag().Replace(line, "$1") : line;
            var fault = read.Length > MaxLineLength ? $"{read.Length} characters, {MaxLineLength} are allowed"
                : line.Length > 0 && char.IsWhiteSpace(line[^1]) ? "ends in white space"
                : line.TrimStart(' ').StartsWith('\t') ? "is indented by a tab"
                : null;
            if (fault is not null)
            {
                yield return file.Complain(index + 1, fault);
            }
        }

        if (file.Text.Contains('\r') || !file.Text.EndsWith('\n'))
        {
            yield return file.Complain(file.Lines.Count, "lines end in a line feed, the last one too");
        }
    }

    private static int LinesOf(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    [GeneratedRegex("""</?\w+(?:\s+\w+="(?:\w:)?([^"]*)")?\s*/?>""")]
    private static partial Regex Tag();
}
