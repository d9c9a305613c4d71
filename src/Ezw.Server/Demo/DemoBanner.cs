namespace Ezw.Demo;

/// <summary>What the demo prints: everything a newcomer needs for the quickstart, ready to copy.</summary>
internal static class DemoBanner
{
    public static string Text(string address, string email, string password, Guid lineId) => $$"""

        EZWhatsApp demo  {{address}}  (open it in a browser)
        API reference    {{address}}/docs
        Sign in          {{email}} / {{password}}
        Line             {{lineId}}

        1. Log in:
        ID_TOKEN=$(curl -s -X POST '{{address}}/api/auth/login' -H 'Content-Type: application/json' \
          -d '{"email": "{{email}}", "password": "{{password}}"}' | sed 's/.*"idToken":"\([^"]*\)".*/\1/')

        2. Create a line token:
        LINE_TOKEN=$(curl -s -X POST '{{address}}/api/lines/{{lineId}}/api-token' \
          -H "Authorization: Bearer $ID_TOKEN" | sed 's/.*"token":"\([^"]*\)".*/\1/')

        3. Check health:
        curl '{{address}}/api/v1/health?wakeup=false&channel_type=web' -H "Authorization: Bearer $LINE_TOKEN"

        4. Send once, however often you repeat it:
        curl -X POST '{{address}}/api/v1/messages/text' -H "Authorization: Bearer $LINE_TOKEN" \
          -H 'Content-Type: application/json' -H 'Idempotency-Key: client-order-123' \
          -d '{"to": "+972501234567", "body": "Your order is ready"}'

        Follow it: curl '{{address}}/api/v1/messages/{messageId}' -H "Authorization: Bearer $LINE_TOKEN"
        Stop with Ctrl+C. The demo is for this machine only; its people are simulated.

        """;
}
