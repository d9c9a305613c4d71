namespace Ezw.Client;

public sealed partial class WorkspaceClient
{
    public Task<About> AboutAsync(CancellationToken ct = default) => GetAsync<About>("/api/about", ct);

    /// <summary>For browsers: the refresh token stays in a cookie that no script can read.</summary>
    public Task<BrowserSession> LogInAsync(string email, string password, CancellationToken ct = default) =>
        PostAsync<BrowserSession>("/api/auth/browser-session", new LoginRequest(email, password), ct);

    /// <summary>The next ID token, by the cookie; null: there is no session to renew.</summary>
    public Task<BrowserSession?> RenewAsync(CancellationToken ct = default) =>
        FindAsync<BrowserSession>(HttpMethod.Post, "/api/auth/browser-session/renewal", ct);

    public Task LogOutAsync(bool everywhere = false, CancellationToken ct = default) =>
        DeleteAsync(Query("/api/auth/browser-session", ("everywhere", everywhere)), ct);

    public Task<Me> WhoAmIAsync(CancellationToken ct = default) => GetAsync<Me>("/api/auth/me", ct);

    /// <summary>For browsers: every session ends, and the answer is the only new one.</summary>
    public Task<BrowserSession> ChangePasswordAsync(PasswordChange change, CancellationToken ct = default) =>
        PostAsync<BrowserSession>("/api/auth/browser-session/password", change, ct);

    public Task<OrganizationView> OrganizationAsync(CancellationToken ct = default) =>
        GetAsync<OrganizationView>("/api/organization", ct);

    public Task<OrganizationView> ChangeOrganizationAsync(OrganizationChange change, CancellationToken ct = default) =>
        PatchAsync<OrganizationView>("/api/organization", change, ct);

    public Task<Page<Member>> MembersAsync(string? cursor = null, CancellationToken ct = default) =>
        GetAsync<Page<Member>>(Query("/api/members", ("cursor", cursor), ("limit", 100)), ct);

    public Task<MemberAdded> AddMemberAsync(NewMember member, CancellationToken ct = default) =>
        PostAsync<MemberAdded>("/api/members", member, ct);

    public Task<Member> ChangeMemberAsync(Guid userId, MemberChange change, CancellationToken ct = default) =>
        PatchAsync<Member>($"/api/members/{userId}", change, ct);

    public Task RemoveMemberAsync(Guid userId, CancellationToken ct = default) => DeleteAsync($"/api/members/{userId}", ct);
}
