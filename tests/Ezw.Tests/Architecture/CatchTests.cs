using System.Collections.Frozen;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ezw.Tests.Architecture;

public sealed class CatchTests
{
    // Where everything may be caught, by file name, and why.
    private static readonly FrozenDictionary<string, string> Allowed = new Dictionary<string, string>
    {
        ["WorkLoop.cs"] = "a background duty outlives the failure of one round: it is logged and tried again",
        ["LineSupervisor.cs"] = "one line's provider may throw anything, and the other lines of the node must go on",
        ["DeliveryRelay.cs"] = "what one organization's log holds must not keep the webhooks of the others silent",
        ["SendWorker.cs"] = "a provider that throws has failed an attempt, by contract; the attempt's end must be written down",
        ["CommitQueue.cs"] = "a batch's failure belongs to the callers that wait for it, and the next batch must still be written",
    }.ToFrozenDictionary();

    [Fact]
    public void Everything_is_caught_in_the_work_loop_only() => Finding.None(SourceFile.Product.SelectMany(Find));

    [Theory]
    [InlineData("catch { }")]
    [InlineData("catch (Exception) { return; }")]
    [InlineData("catch (System.Exception problem) { Log(problem); }")]
    [InlineData("catch (Exception problem) when (problem is not OperationCanceledException) { }")]
    public void Detects_a_swallowed_bug(string clause) => Assert.Single(Find(InFile("Lines/LinesApi.cs", clause)));

    [Theory]
    [InlineData("Lines/LinesApi.cs", "catch (IOException) { }")]
    [InlineData("Lines/LinesApi.cs", "catch (Exception problem) when (problem is IOException or TimeoutException) { }")]
    [InlineData("Lines/LinesApi.cs", "catch { Undo(); throw; }")]
    [InlineData("Foundation/Work/WorkLoop.cs", "catch (Exception problem) { Log(problem); }")]
    public void Accepts_expected_failures(string path, string clause) => Assert.Empty(Find(InFile(path, clause)));

    private static SourceFile InFile(string path, string clause) =>
        SourceFile.Of($"src/Ezw.Server/{path}", $"class A {{ void M() {{ try {{ }} {clause} }} }}");

    private static IEnumerable<Finding> Find(SourceFile file) =>
        from clause in file.All<CatchClauseSyntax>()
        where clause.Declaration?.Type.ToString() is null or "Exception" or "System.Exception"
        where !Narrows(clause.Filter) && clause.Block.Statements.LastOrDefault() is not ThrowStatementSyntax { Expression: null }
        where !Allowed.ContainsKey(file.Name)
        select file.Complain(clause, "catches every exception; name the expected ones, bugs belong to the work loop");

    private static bool Narrows(CatchFilterClauseSyntax? filter) =>
        filter?.FilterExpression
            is IsPatternExpressionSyntax { Pattern: not UnaryPatternSyntax }
            or BinaryExpressionSyntax { OperatorToken.Text: "is" };
}
