using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Identity.Setup;

/// <summary>The page behind the setup link. Self-contained, because it must work before anything else does.</summary>
internal static class SetupPage
{
    private const int NonceBytes = 16;

    private const string Html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Set up EZWhatsApp</title>
        <style nonce="{nonce}">
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 4rem auto; padding: 0 1rem; color-scheme: light dark; }
        label { display: block; margin-top: 1rem; }
        input { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: .5rem; }
        button { margin-top: 1.5rem; font: inherit; padding: .5rem 1.5rem; }
        </style>
        </head>
        <body>
        <h1>Set up EZWhatsApp</h1>
        <p>This creates your organization and its owner. The link works once.</p>
        <form id="form">
        <label>Organization <input name="organizationName" required maxlength="100" autocomplete="organization"></label>
        <label>Your name <input name="displayName" required maxlength="100" autocomplete="name"></label>
        <label>Email <input name="email" type="email" required maxlength="254" autocomplete="username"></label>
        <label>Password (at least 10 characters)
        <input name="password" type="password" required minlength="10" maxlength="256" autocomplete="new-password"></label>
        <button>Create</button>
        </form>
        <p id="answer" role="status"></p>
        <script nonce="{nonce}">
        const token = new URLSearchParams(location.search).get('token');
        history.replaceState(null, '', '/setup');
        const form = document.getElementById('form'), answer = document.getElementById('answer');
        form.addEventListener('submit', async event => {
          event.preventDefault();
          const body = JSON.stringify({ token, ...Object.fromEntries(new FormData(form)) });
          try {
            const response = await fetch('/api/setup', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
            if (!response.ok) { answer.textContent = (await response.json()).detail; return; }
            form.remove();
            answer.innerHTML = 'Done. <a href="/">Log in</a> and link a line.';
          } catch { answer.textContent = 'The server cannot be reached. Try again.'; }
        });
        </script>
        </body>
        </html>
        """;

    public static ContentHttpResult Read(HttpResponse response)
    {
        var nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(NonceBytes));
        response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        response.Headers.CacheControl = "no-store";
        // The token is in this page's address.
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Content(Html.Replace("{nonce}", nonce, StringComparison.Ordinal), "text/html; charset=utf-8");
    }
}
