using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ezw.Tests.Architecture;

/// <summary>
/// The table of ARCHITECTURE.md that says which folder may use which. A row <c>Providers/*</c> stands for every folder inside
/// Providers, each closed to the others; naming <c>Providers</c> alone opens the contract only.
/// </summary>
public sealed partial class Ladder
{
    private const string Server = "src/Ezw.Server/";
    private const string RootNamespace = "Ezw";

    private readonly FrozenDictionary<string, FrozenSet<string>> rows;
    private readonly FrozenSet<string> slices;
    private readonly FrozenSet<string> adapters;

    private Ladder(IReadOnlyList<(string Folder, string[] Uses)> rows, IEnumerable<string> adapters)
    {
        this.rows = rows.ToFrozenDictionary(row => row.Folder, row => row.Uses.ToFrozenSet());
        this.adapters = adapters.ToFrozenSet();
        slices = rows.Select(row => row.Folder.Split('/')[0]).ToFrozenSet();
        Order = [.. rows.Select(row => row.Folder)];
    }

    /// <summary>From the ground up.</summary>
    public IReadOnlyList<string> Order { get; }

    /// <param name="markdown">A text with the table "| folder | may use |".</param>
    /// <param name="adapters">The folders that the starred rows stand for, e.g. "Providers/Simulator".</param>
    public static Ladder Parse(string markdown, IEnumerable<string> adapters)
    {
        var table = markdown.ReplaceLineEndings("\n").Split('\n')
            .SkipWhile(line => !Header().IsMatch(line)).Skip(2).TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|'))
            .Select(cells => (Names(cells[0]).Single(), Names(cells[1])));
        return new Ladder([.. table], adapters);
    }

    /// <summary>A row that names what does not stand before it would allow a cycle.</summary>
    public IEnumerable<string> Disorder() =>
        from row in Order.Select((folder, place) => (folder, place))
        from used in rows[row.folder]
        where !Order.Take(row.place).Contains(used)
        select $"{row.folder} names {used}, which does not stand before it";

    public IEnumerable<Finding> Find(SourceFile file)
    {
        if (!file.Path.StartsWith(Server, StringComparison.Ordinal) || file.Path == Server + "Program.cs")
        {
            return [];
        }

        if (file.Folders.Count == 0)
        {
            return [file.Complain(1, "only Program.cs stands outside the folders")];
        }

        var here = FolderOf(file.Folders);
        return rows.ContainsKey(RowOf(here))
            ? from use in Uses(file, here)
              where !MayUse(here, use.Folder)
              select file.Complain(use.Line, $"{here} may not use {use.Folder}")
            : [file.Complain(1, $"the ladder in ARCHITECTURE.md has no row for {here}")];
    }

    private bool MayUse(string here, string there) => here == there || rows[RowOf(here)].Contains(RowOf(there));

    private string RowOf(string folder) => adapters.Contains(folder) ? folder.Split('/')[0] + "/*" : folder;

    /// <summary>What the ladder sees of a path or a dotted name: its slice, or the adapter inside it.</summary>
    private string FolderOf(IReadOnlyList<string> parts) =>
        parts.Count > 1 && adapters.Contains($"{parts[0]}/{parts[1]}") ? $"{parts[0]}/{parts[1]}" : parts[0];

    private IEnumerable<(string Folder, int Line)> Uses(SourceFile file, string here)
    {
        var members = MembersOf(file);
        foreach (var first in file.All<IdentifierNameSyntax>())
        {
            var (parts, whole) = Chain(first);
            if (parts.Count < 2 || whole.Parent is BaseNamespaceDeclarationSyntax)
            {
                continue;
            }

            // Inside namespace Ezw.Lines the compiler also finds Ezw.Messaging by the name "Messaging", and an adapter by its own name.
            var isMember = whole is MemberAccessExpressionSyntax && members.Contains(parts[0]);
            var path = parts[0] == RootNamespace ? parts[1..]
                : isMember ? []
                : slices.Contains(parts[0]) ? parts
                : adapters.Contains($"{here.Split('/')[0]}/{parts[0]}") ? [here.Split('/')[0], .. parts]
                : [];
            if (path.Count > 0 && slices.Contains(path[0]))
            {
                yield return (FolderOf(path), SourceFile.LineOf(first));
            }
        }
    }

    /// <summary>The dotted name that begins with this identifier; a single part when it stands in the middle of one.</summary>
    private static (List<string> Parts, SyntaxNode Whole) Chain(IdentifierNameSyntax first)
    {
        SyntaxNode whole = first.Parent is AliasQualifiedNameSyntax alias ? alias : first;
        List<string> parts = [first.Identifier.Text];
        while (true)
        {
            if (whole.Parent is QualifiedNameSyntax name && name.Left == whole)
            {
                parts.Add(name.Right.Identifier.Text);
            }
            else if (whole.Parent is MemberAccessExpressionSyntax access && access.Expression == whole)
            {
                parts.Add(access.Name.Identifier.Text);
            }
            else
            {
                return (parts, whole);
            }

            whole = whole.Parent;
        }
    }

    private static FrozenSet<string> MembersOf(SourceFile file) => file.Root.DescendantNodes().Select(node => node switch
    {
        PropertyDeclarationSyntax property => property.Identifier.Text,
        ParameterSyntax parameter => parameter.Identifier.Text,
        VariableDeclaratorSyntax variable => variable.Identifier.Text,
        EnumMemberDeclarationSyntax member => member.Identifier.Text,
        _ => "",
    }).ToFrozenSet();

    private static string[] Names(string cell) => [.. Name().Matches(cell).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"^\|\s*folder\s*\|\s*may use\s*\|")]
    private static partial Regex Header();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
