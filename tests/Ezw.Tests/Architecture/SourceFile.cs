using Ezw.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Ezw.Tests.Architecture;

/// <summary>One C# file with its syntax tree. Guards read syntax only: they are quick, and they see into lambdas that bytecode hides.</summary>
public sealed class SourceFile
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> ProductFiles = new(() => Read("src"));
    private static readonly Lazy<IReadOnlyList<SourceFile>> TestFiles = new(() => Read("tests"));
    private static readonly Lazy<IReadOnlyList<SourceFile>> BenchmarkFiles = new(() => Read("benchmarks"));

    private SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        Lines = text.ReplaceLineEndings("\n").Split('\n');
        Root = CSharpSyntaxTree.ParseText(text, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest)).GetRoot();
    }

    public static IReadOnlyList<SourceFile> Product => ProductFiles.Value;

    public static IReadOnlyList<SourceFile> Tests => TestFiles.Value;

    public static IReadOnlyList<SourceFile> Everything => [.. Product, .. Tests, .. BenchmarkFiles.Value];

    /// <summary>Relative to the repository, with slashes.</summary>
    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    public string Text { get; }

    public IReadOnlyList<string> Lines { get; }

    public SyntaxNode Root { get; }

    /// <summary>The folders below the project: "Foundation", "Storage"; empty for a file beside the project file.</summary>
    public IReadOnlyList<string> Folders => Path.Split('/')[2..^1];

    /// <summary>A snippet, as if it stood in the tree at that path. The detectors' own tests use it.</summary>
    public static SourceFile Of(string path, string text) => new(path, text);

    public IEnumerable<T> All<T>() where T : SyntaxNode => Root.DescendantNodes().OfType<T>();

    public Finding Complain(SyntaxNodeOrToken where, string sentence) => Complain(LineOf(where), sentence);

    public Finding Complain(int line, string sentence) => new(Path, line, sentence);

    public static int LineOf(SyntaxNodeOrToken where) => where.GetLocation()!.GetLineSpan().StartLinePosition.Line + 1;

    private static List<SourceFile> Read(string folder)
    {
        var root = RepositoryRoot.Of(folder);
        return [.. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(RepositoryRoot.Path, file).Replace('\\', '/'))
            .Where(path => !path.Contains("/node_modules/") && !path.Contains("/obj/") && !path.Contains("/bin/"))
            .Order(StringComparer.Ordinal)
            .AsParallel().AsOrdered()
            .Select(path => Of(path, File.ReadAllText(RepositoryRoot.Of(path))))];
    }
}
