using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ezw.Tests.Architecture;

public sealed class SleepTests
{
    [Fact]
    public void Tests_wait_for_signals_and_never_sleep() => Finding.None(SourceFile.Tests.SelectMany(Find));

    [Theory]
    [InlineData("Thread.Sleep(10)")]
    [InlineData("System.Threading.Thread.Sleep(10)")]
    [InlineData("Task.Delay(10)")]
    [InlineData("Task.Delay(wait, TimeProvider.System)")]
    [InlineData("Task.Delay(wait, cancellationToken)")]
    [InlineData("SpinWait.SpinUntil(() => done)")]
    [InlineData("new PeriodicTimer(wait)")]
    public void Detects_a_sleep(string call) => Assert.Single(Find(InTest(call)));

    [Theory]
    [InlineData("Task.Delay(wait, time)")]
    [InlineData("Task.Delay(wait, app.Time, cancellationToken)")]
    [InlineData("done.Task.WaitAsync(limit)")]
    public void Accepts_signals_and_fake_time(string call) => Assert.Empty(Find(InTest(call)));

    private static SourceFile InTest(string call) => SourceFile.Of("tests/Ezw.Tests/Lines/A.cs", $"class A {{ object M() => {call}; }}");

    private static IEnumerable<Finding> Find(SourceFile file) =>
        from call in file.All<ExpressionSyntax>()
        where call switch
        {
            InvocationExpressionSyntax invocation => Sleeps(Tail(invocation.Expression), invocation.ArgumentList),
            ObjectCreationExpressionSyntax creation => Sleeps("new " + creation.Type, creation.ArgumentList),
            _ => false,
        }
        select file.Complain(call, "a test sleeps; await a signal or advance the fake clock");

    private static string Tail(ExpressionSyntax callee) => string.Join('.', callee.ToString().Split('.').TakeLast(2));

    private static bool Sleeps(string callee, ArgumentListSyntax? arguments) => callee switch
    {
        "Thread.Sleep" or "SpinWait.SpinUntil" or "Thread.SpinWait" => true,
        "Task.Delay" or "new PeriodicTimer" => !IsGivenTime(arguments),
        _ => false,
    };

    private static bool IsGivenTime(ArgumentListSyntax? arguments) =>
        arguments?.Arguments.ElementAtOrDefault(1)?.ToString() is { } second
        && second != "TimeProvider.System"
        && (second.EndsWith("time", StringComparison.OrdinalIgnoreCase) || second.EndsWith("clock", StringComparison.OrdinalIgnoreCase));
}
