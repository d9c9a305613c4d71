using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ezw.Tests.Architecture;

public sealed class NameTests
{
    // Words that say nothing about the domain: what carries them has not found its noun yet.
    private static readonly string[] BannedSuffixes =
        ["Manager", "Helper", "Util", "Service", "Processor", "Base", "Impl", "Dto", "Info", "Wrapper"];

    private static readonly string[] BannedFolders =
        ["Common", "Core", "Shared", "Utils", "Services", "Models", "Dtos", "Interfaces"];

    [Fact]
    public void Types_are_named_by_what_they_are() => Finding.None(SourceFile.Product.SelectMany(Suffixes));

    [Fact]
    public void Folders_are_named_by_capability() => Finding.None(SourceFile.Product.SelectMany(Folders));

    [Theory]
    [InlineData("class LineManager;", "Manager")]
    [InlineData("record struct LineInfo(int A);", "Info")]
    [InlineData("static class StringUtils { }", "Util")]
    [InlineData("class Outer { interface ISendService { } }", "Service")]
    [InlineData("enum ProviderBase { A }", "Base")]
    [InlineData("delegate void LineWrapper();", "Wrapper")]
    public void Detects_a_name_without_a_noun(string code, string suffix) =>
        Assert.Contains(suffix, Assert.Single(Suffixes(SourceFile.Of("src/Ezw.Server/A.cs", code))).Sentence, StringComparison.Ordinal);

    [Fact]
    public void Accepts_nouns() =>
        Assert.Empty(Suffixes(SourceFile.Of("src/Ezw.Server/A.cs", "class Database; class SendWorker; class Informer;")));

    [Fact]
    public void Detects_a_folder_for_leftovers() =>
        Assert.Single(Folders(SourceFile.Of("src/Ezw.Server/Lines/Models/A.cs", "class A;")));

    private static IEnumerable<Finding> Suffixes(SourceFile file) =>
        from type in file.All<MemberDeclarationSyntax>()
        let name = type switch
        {
            BaseTypeDeclarationSyntax declared => declared.Identifier,
            DelegateDeclarationSyntax declared => declared.Identifier,
            _ => default,
        }
        let suffix = BannedSuffixes.FirstOrDefault(suffix =>
            name.Text.EndsWith(suffix, StringComparison.Ordinal) || name.Text.EndsWith(suffix + "s", StringComparison.Ordinal))
        where name.Text is { Length: > 0 } && suffix is not null
        select file.Complain(name, $"{name.Text} ends in {suffix}; name the noun of the domain or the duty");

    private static IEnumerable<Finding> Folders(SourceFile file) =>
        from folder in file.Folders
        where BannedFolders.Contains(folder, StringComparer.OrdinalIgnoreCase)
        select file.Complain(1, $"a folder {folder} collects leftovers; move the file to the capability it serves");
}
