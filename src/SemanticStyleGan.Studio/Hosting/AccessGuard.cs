using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace SemanticStyleGan.Studio.Hosting;

/// <summary>
/// Who may use the studio. With a token: who shows it, as a bearer or as the cookie that a visit with <c>?token=…</c> leaves. Without one: pages of this machine,
/// called by a name of this machine, so that no other web page can use the studio through its visitor's browser.
/// </summary>
internal sealed class AccessGuard(StudioOptions options)
{
    private const string Cookie = "studio_token", Query = "token", Bearer = "Bearer ";

    internal async Task Invoke(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        if (options.Token is null && !IsLocalName(request.Host.Host))
        {
            await Refuse(context, 403, $"host '{request.Host.Host}', expected localhost or 127.0.0.1.");
            return;
        }
        if (request.Headers["Sec-Fetch-Site"] == "cross-site" && !HttpMethods.IsGet(request.Method))
        {
            await Refuse(context, 403, "requests from other sites are refused.");
            return;
        }
        if (options.Token is null)
        {
            await next(context);
            return;
        }
        if (HttpMethods.IsGet(request.Method) && request.Query.TryGetValue(Query, out var given) && Matches(given))
        {
            context.Response.Cookies.Append(Cookie, options.Token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true });
            context.Response.Redirect(request.Path);
            return;
        }
        string? header = request.Headers.Authorization;
        if (header?.StartsWith(Bearer, StringComparison.Ordinal) == true && Matches(header[Bearer.Length..]) || Matches(request.Cookies[Cookie]))
        {
            await next(context);
            return;
        }
        context.Response.Headers.WWWAuthenticate = "Bearer";
        await Refuse(context, 401, "a token is required: 'Authorization: Bearer TOKEN', or open the page once with ?token=TOKEN.");
    }

    private static bool IsLocalName(string host) => host == "localhost" || IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address);

    // In a time that does not depend on how much of it is right.
    private bool Matches(string? token) => token is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), SHA256.HashData(Encoding.UTF8.GetBytes(options.Token!)));

    private static Task Refuse(HttpContext context, int status, string detail) => TypedResults.Problem(detail, statusCode: status).ExecuteAsync(context);
}
