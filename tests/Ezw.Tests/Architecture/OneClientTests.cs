using System.Collections.Frozen;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ezw.Tests.Architecture;

public sealed class OneClientTests
{
    private const string Server = "src/Ezw.Server/";

    private static readonly FrozenSet<string> Clients = new[]
    {
        "HttpClient", "HttpMessageInvoker", "SocketsHttpHandler", "HttpClientHandler", "HttpMessageHandler", "WinHttpHandler",
        "IHttpClientFactory", "AddHttpClient", "WebClient", "WebRequest", "HttpWebRequest",
    }.ToFrozenSet();

    // Who may make HTTP requests, by path below the server, and why.
    private static readonly FrozenDictionary<string, string> Allowed = new Dictionary<string, string>
    {
        ["Foundation/Security/Outbound/GuardedHttp.cs"] = "the guarded client itself",
        ["Foundation/Security/Outbound/GuardedExchange.cs"] = "the guarded client itself",
        ["Foundation/Security/Outbound/GuardedHandler.cs"] = "the guarded client itself",
        ["Doctor/ReachExam.cs"] = "asks WhatsApp's own address, or the one that the operator's settings name",
        ["Identity/Cognito/CognitoClient.cs"] = "calls the user pool that the operator's settings name, never a customer",
        ["Identity/IdentityRegistration.cs"] = "makes the client of Cognito",
    }.ToFrozenDictionary();

    [Fact]
    public void What_customers_name_is_called_through_the_guarded_client_only() => Finding.None(SourceFile.Product.SelectMany(Find));

    [Fact]
    public void Every_exception_is_still_needed() =>
        Assert.All(Allowed.Keys, path => Assert.Contains(SourceFile.Product, file => file.Path == Server + path && Uses(file).Any()));

    [Theory]
    [InlineData("object M() => new HttpClient();")]
    [InlineData("object M() => new System.Net.Http.HttpClient(handler);")]
    [InlineData("HttpClient http = new();")]
    [InlineData("object M() => new SocketsHttpHandler { UseProxy = false };")]
    [InlineData("HttpClientHandler handler = new();")]
    [InlineData("object M(IHttpClientFactory all) => all;")]
    [InlineData("void M() => services.AddHttpClient<Sender>();")]
    [InlineData("object M() => System.Net.WebRequest.Create(url);")]
    public void Detects_another_client(string code)
    {
        Assert.NotEmpty(Find(SourceFile.Of(Server + "Webhooks/Sender.cs", $"class A {{ {code} }}")));
        Assert.Empty(Find(SourceFile.Of("src/Ezw.Client/Api.cs", $"class A {{ {code} }}")));
    }

    [Fact]
    public void Accepts_the_guarded_client()
    {
        const string code = "class A(GuardedHttp http) { object M() => http.PostJsonAsync(url); }";
        Assert.Empty(Find(SourceFile.Of(Server + "Webhooks/Sender.cs", code)));
    }

    private static IEnumerable<Finding> Find(SourceFile file) =>
        file.Path.StartsWith(Server, StringComparison.Ordinal) && !Allowed.ContainsKey(file.Path[Server.Length..])
            ? Uses(file).Select(name => file.Complain(name, $"{name.Identifier.Text} goes around the guard; use GuardedHttp"))
            : [];

    private static IEnumerable<SimpleNameSyntax> Uses(SourceFile file) =>
        file.All<SimpleNameSyntax>().Where(name => Clients.Contains(name.Identifier.Text));
}
