using Ezw.Client;

namespace Ezw.Web.Session;

/// <summary>
/// Who is signed in. The ID token lives in this object's memory only; what renews it is in a cookie that scripts cannot read. All tabs of a
/// browser share the cookie, so that signing out in one of them ends all.
/// </summary>
/// <param name="api">Without a token: it only opens, renews and ends sessions.</param>
public sealed class SessionKeeper(Browser browser, WorkspaceClient api, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim gate = new(1);
    private string? token;
    private DateTimeOffset renewAt;

    public Person? User { get; private set; }

    public IReadOnlyList<UserOrganization> Organizations { get; private set; } = [];

    public UserOrganization? Organization { get; private set; }

    public bool IsSignedIn => token is not null;

    public bool IsAdmin => Organization is { Role: "owner" or "admin" };

    public bool IsOwner => Organization is { Role: "owner" };

    /// <summary>Somebody came, left, or chose another organization.</summary>
    public event Func<Task>? Changed;

    /// <summary>Another tab signed out.</summary>
    public async Task ForgetAsync()
    {
        (token, User, Organization, Organizations) = (null, null, null, []);
        await TellAsync();
    }

    public async Task LogInAsync(string email, string password)
    {
        await KeepAsync(await api.LogInAsync(email, password));
        await browser.CallAsync("tellTabs", "signed-in");
        await TellAsync();
    }

    /// <summary>At the start, and when another tab signed in; false: nobody is signed in.</summary>
    public async Task<bool> ResumeAsync()
    {
        try
        {
            await RenewAsync(force: true);
        }
        catch (ApiException refused) when (!refused.IsUnreachable)
        {
            return false;
        }
        if (IsSignedIn)
            await TellAsync();
        return IsSignedIn;
    }

    public async Task LogOutAsync(bool everywhere)
    {
        await api.LogOutAsync(everywhere);
        await browser.CallAsync("forget", "draft.");
        await browser.CallAsync("tellTabs", "signed-out");
        await ForgetAsync();
    }

    /// <summary>The same person goes on with a new session, which took the place of all earlier ones.</summary>
    public Task AdoptAsync(BrowserSession session) => KeepAsync(session);

    /// <summary>The organization was renamed, or the person's role in it changed: the server goes by it at once, and so do the views.</summary>
    public void Learn(OrganizationView organization, IReadOnlyList<Member> members)
    {
        if (Organization is not { } known || known.Id != organization.Id
            || members.FirstOrDefault(one => one.UserId == User?.Id) is not { } me)
            return;
        Organization = known with { Name = organization.Name, Role = me.Role };
        Organizations = [.. Organizations.Select(one => one.Id == known.Id ? Organization : one)];
    }

    public async Task ChooseAsync(UserOrganization organization)
    {
        Organization = organization;
        await browser.SaveAsync("organization", $"{organization.Id}");
        await TellAsync();
    }

    /// <summary>A token that goes on for a while; null when nobody is signed in.</summary>
    public async Task<string?> TokenAsync()
    {
        if (token is not null && time.GetUtcNow() >= renewAt)
            await RenewAsync(force: false);
        return token;
    }

    /// <summary>After the server refused a token that should have been good.</summary>
    /// <returns>Another token; null when the session is over.</returns>
    public async Task<string?> InsteadOfAsync(string refused)
    {
        try
        {
            if (token == refused)
                await RenewAsync(force: true);
            if (token is null)
                await TellAsync();
            return token;
        }
        catch (ApiException over) when (!over.IsUnreachable)
        {
            await ForgetAsync();
            return null;
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task RenewAsync(bool force)
    {
        await gate.WaitAsync();
        try
        {
            if (!force && time.GetUtcNow() < renewAt)
                return;
            await browser.CallAsync("lock", "renewal");
            try
            {
                if (await api.RenewAsync() is { } session)
                    await KeepAsync(session);
                else
                    (token, User, Organization, Organizations) = (null, null, null, []);
            }
            finally
            {
                await browser.CallAsync("unlock", "renewal");
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task KeepAsync(BrowserSession session)
    {
        token = session.IdToken;
        renewAt = time.GetUtcNow() + Half(TimeSpan.FromSeconds(session.ExpiresIn));
        (User, Organizations) = (session.User, session.Organizations);
        var chosen = await browser.LoadAsync("organization");
        var wanted = Organization?.Id ?? (Guid.TryParse(chosen, out var id) ? id : null);
        Organization = Organizations.FirstOrDefault(one => one.Id == wanted) ?? (Organizations.Count > 0 ? Organizations[0] : null);
    }

    private static TimeSpan Half(TimeSpan lifetime) => lifetime > 2 * RenewBefore ? lifetime - RenewBefore : lifetime / 2;

    private async Task TellAsync()
    {
        if (Changed is { } changed)
        {
            foreach (var heard in changed.GetInvocationList().Cast<Func<Task>>())
                await heard();
        }
    }
}
