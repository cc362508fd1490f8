using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace SemanticStyleGan.Studio.Hosting;

/// <summary>Serves the page's files, which are part of the assembly.</summary>
internal static class PageFiles
{
    // Everything comes from this server; pictures may also be made by the page itself.
    private const string Policy = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private const string Root = "wwwroot";

    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    internal static void Serve(IApplicationBuilder app)
    {
        Assembly assembly = typeof(PageFiles).Assembly;
        HashSet<string> files = [.. assembly.GetManifestResourceNames().Where(n => n.StartsWith(Root, StringComparison.Ordinal))];
        string version = $"\"{assembly.ManifestModule.ModuleVersionId:N}\"";
        app.Use(async (context, next) =>
        {
            string path = context.Request.Path.Value is "/" or null ? "/index.html" : context.Request.Path.Value;
            if (!HttpMethods.IsGet(context.Request.Method) || !files.Contains(Root + path))
            {
                await next(context);
                return;
            }
            IHeaderDictionary headers = context.Response.Headers;
            (headers.ContentSecurityPolicy, headers.XContentTypeOptions, headers["Referrer-Policy"]) = (Policy, "nosniff", "no-referrer");
            (headers.CacheControl, headers.ETag) = ("no-cache", version);
            if (context.Request.Headers.IfNoneMatch == version)
            {
                context.Response.StatusCode = 304;
                return;
            }
            context.Response.ContentType = Types[Path.GetExtension(path)];
            await using Stream file = assembly.GetManifestResourceStream(Root + path)!;
            context.Response.ContentLength = file.Length;
            await file.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
    }
}
