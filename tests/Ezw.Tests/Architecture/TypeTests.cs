using System.Collections.Frozen;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ezw.Tests.Architecture;

public sealed class TypeTests
{
    private const double SealedShare = 0.95;
    private const int NeededImplementations = 2;

    // Interfaces with fewer than two implementations, all in the slice that declares them, and why they stand.
    private static readonly FrozenDictionary<string, string> AllowedInterfaces = new Dictionary<string, string>
    {
        ["IProvider"] = "the provider contract: adapters come one by one, and Lines and Messaging must not see any of them",
        ["ILineLink"] = "the provider contract: the live connection that an adapter gives to Lines",
        ["ILineEventSink"] = "the provider contract: crosses the ladder upward, Providers declare it and Lines implement it",
        ["ISimulatedPhones"] = "the provider contract: what an adapter without real phones offers beside links",
        ["ICommitKind"] = "what the commit queue sees of every CommitKind: one batch mixes items of different types",
    }.ToFrozenDictionary();

    [Fact]
    public void Classes_are_sealed_static_or_abstract()
    {
        var open = OpenClasses(SourceFile.Product).ToList();
        var all = SourceFile.Product.SelectMany(Classes).Count();

        if (open.Count > all * (1 - SealedShare))
        {
            Finding.None(open);
        }
    }

    [Fact]
    public void An_interface_has_two_implementations_or_crosses_the_ladder() => Finding.None(LonelyInterfaces(SourceFile.Product));

    [Fact]
    public void Detects_an_open_class()
    {
        Assert.Single(OpenClasses([Snippet("class A { }")]));
        Assert.Single(OpenClasses([Snippet("partial record A(int B);")]));
        Assert.Empty(OpenClasses([Snippet("sealed class A; static class B { } abstract record C; record struct D;")]));
        Assert.Empty(OpenClasses([Snippet("partial class A { }"), Snippet("sealed partial class A { }")]));
    }

    [Fact]
    public void Detects_a_lonely_interface()
    {
        Assert.Single(LonelyInterfaces([Snippet("interface IClock; sealed class Clock : IClock;")]));
        Assert.Empty(LonelyInterfaces([Snippet("interface IClock;"), Snippet("sealed class A : IClock; sealed class B(int c) : IClock;")]));
        Assert.Empty(LonelyInterfaces([Snippet("interface ILane<T>; class A : ILane<int>; class B : Ezw.ILane<string>;")]));
        Assert.Empty(LonelyInterfaces([Snippet("interface IProvider;")]));

        var above = SourceFile.Of("src/Ezw.Server/Messaging/B.cs", "sealed class B : IClock;");
        Assert.Empty(LonelyInterfaces([Snippet("interface IClock;"), above]));
    }

    private static SourceFile Snippet(string code) => SourceFile.Of("src/Ezw.Server/Lines/A.cs", code);

    private static IEnumerable<TypeDeclarationSyntax> Classes(SourceFile file) =>
        file.All<TypeDeclarationSyntax>().Where(type => type.Kind() is SyntaxKind.ClassDeclaration or SyntaxKind.RecordDeclaration);

    // One part of a partial class says it for all parts.
    private static IEnumerable<Finding> OpenClasses(IReadOnlyList<SourceFile> files)
    {
        var closed = files.SelectMany(Classes).Where(IsClosed).Select(type => type.Identifier.Text).ToFrozenSet();
        return from file in files
               from type in Classes(file)
               where !closed.Contains(type.Identifier.Text)
               select file.Complain(type.Identifier, $"{type.Identifier.Text} is neither sealed nor static nor abstract");
    }

    private static bool IsClosed(TypeDeclarationSyntax type) =>
        type.Modifiers.Any(modifier => modifier.Text is "sealed" or "static" or "abstract");

    private static IEnumerable<Finding> LonelyInterfaces(IReadOnlyList<SourceFile> files)
    {
        var implementations = files
            .SelectMany(file => file.All<TypeDeclarationSyntax>().Select(type => (type, slice: Slice(file))))
            .Where(found => found.type is not InterfaceDeclarationSyntax)
            .SelectMany(found => (found.type.BaseList?.Types ?? []).Select(contract => (SimpleName(contract.Type), found.slice)))
            .ToLookup(found => found.Item1, found => found.slice);
        return from file in files
               from contract in file.All<InterfaceDeclarationSyntax>()
               let name = contract.Identifier.Text
               where implementations[name].Count() < NeededImplementations
                   && implementations[name].All(slice => slice == Slice(file))
                   && !AllowedInterfaces.ContainsKey(name)
               select file.Complain(contract.Identifier, $"{name} has fewer than two implementations; use the class itself");
    }

    private static string Slice(SourceFile file) => file.Folders.Count > 0 ? file.Folders[0] : "";

    private static string SimpleName(TypeSyntax type) => type switch
    {
        QualifiedNameSyntax name => name.Right.Identifier.Text,
        SimpleNameSyntax name => name.Identifier.Text,
        _ => type.ToString(),
    };
}
