using Ezw.Tests.Support;

namespace Ezw.Tests.Architecture;

public sealed class LadderTests
{
    private const string Table = """
        | folder | may use |
        |---|---|
        | `Foundation` | nothing |
        | `Providers` | `Foundation` |
        | `Providers/*` | `Foundation`, `Providers` |
        | `Lines` | `Foundation`, `Providers` |
        | `Inbox` | `Lines` |
        | `Live` | `Lines` |

        | other | table |
        """;

    private static readonly string[] Adapters = ["Providers/Simulator", "Providers/CloudApi"];

    [Fact]
    public void A_folder_uses_only_what_stands_below_it()
    {
        var server = RepositoryRoot.Of("src/Ezw.Server");
        var adapters = Directory.EnumerateDirectories(Path.Combine(server, "Providers")).Select(Path.GetFileName);
        var ladder = Ladder.Parse(File.ReadAllText(RepositoryRoot.Of("ARCHITECTURE.md")), adapters.Select(name => $"Providers/{name}"));

        Assert.NotEmpty(ladder.Order);
        Assert.Empty(ladder.Disorder());
        Assert.NotEmpty(SourceFile.Product);
        Finding.None(SourceFile.Product.SelectMany(ladder.Find));
    }

    [Fact]
    public void The_server_project_opens_no_namespace_for_all_files() =>
        Assert.DoesNotContain("<Using", File.ReadAllText(RepositoryRoot.Of("src/Ezw.Server/Ezw.Server.csproj")), StringComparison.Ordinal);

    [Theory]
    [InlineData("Foundation/A.cs", "using Ezw.Lines;", "Foundation may not use Lines")]
    [InlineData("Foundation/Storage/A.cs", "using static Ezw.Lines.Line;", "Foundation may not use Lines")]
    [InlineData("Foundation/A.cs", "using L = Ezw.Lines.Line;", "Foundation may not use Lines")]
    [InlineData("Lines/A.cs", "class A { void M() => Run(async () => await Inbox.Rows.ReadAsync()); }", "Lines may not use Inbox")]
    [InlineData("Lines/A.cs", "class A { global::Ezw.Inbox.Row? row; }", "Lines may not use Inbox")]
    [InlineData("Lines/A.cs", "class A { Inbox.Row? row; }", "Lines may not use Inbox")]
    [InlineData("Inbox/A.cs", "using Ezw.Live;", "Inbox may not use Live")]
    [InlineData("Lines/A.cs", "using Ezw.Providers.Simulator;", "Lines may not use Providers/Simulator")]
    [InlineData("Providers/A.cs", "class A { object M() => new Simulator.Phone(); }", "Providers may not use Providers/Simulator")]
    [InlineData("Providers/Simulator/A.cs", "using Ezw.Providers.CloudApi;", "Providers/Simulator may not use Providers/CloudApi")]
    [InlineData("Providers/Simulator/A.cs", "using Ezw.Lines;", "Providers/Simulator may not use Lines")]
    [InlineData("Helping/A.cs", "class A;", "no row for Helping")]
    [InlineData("A.cs", "class A;", "only Program.cs stands outside")]
    public void Detects_a_step_off_the_ladder(string path, string code, string sentence) =>
        Assert.Contains(sentence, Assert.Single(Find(path, code)).Sentence, StringComparison.Ordinal);

    [Theory]
    [InlineData("Lines/A.cs", "using Ezw.Foundation.Storage; using Ezw.Providers; using Ezw.Client;")]
    [InlineData("Lines/A.cs", "namespace Ezw.Lines; class A { Providers.IProvider? provider; }")]
    [InlineData("Providers/Simulator/A.cs", "using Ezw.Providers; using Ezw.Providers.Simulator.Phones;")]
    [InlineData("Foundation/A.cs", "record A(object Lines) { string M() => Lines.ToString(); }")]
    [InlineData("Program.cs", "using Ezw.Lines;")]
    public void Accepts_steps_down(string path, string code) => Assert.Empty(Find(path, code));

    [Fact]
    public void Detects_a_row_that_names_a_later_one() =>
        Assert.Equal("Lines names Inbox, which does not stand before it", Assert.Single(Ladder.Parse("""
            | folder | may use |
            |---|---|
            | `Lines` | `Inbox` |
            | `Inbox` | nothing |
            """, []).Disorder()));

    private static IEnumerable<Finding> Find(string path, string code) =>
        Ladder.Parse(Table, Adapters).Find(SourceFile.Of($"src/Ezw.Server/{path}", code));
}
