using System.IO.Compression;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace SemanticStyleGan.Studio.Hosting;

/// <summary>Serves the page's files, which are part of the assembly; large ones are in it as Brotli.</summary>
internal static class PageFiles
{
    // Everything comes from this server; pictures may also be made by the page itself, and the offline page computes with WebAssembly.
    private const string Policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private const string Root = "wwwroot/", Compressed = ".br";

    private static readonly Assembly Assembly = typeof(PageFiles).Assembly;

    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json",
        [".svg"] = "image/svg+xml",
        [".wasm"] = "application/wasm",
    };

    /// <summary>The files' names, for example <c>js/main.js</c>.</summary>
    internal static IReadOnlySet<string> Names { get; } =
        Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Root, StringComparison.Ordinal)).Select(n => n.EndsWith(Compressed, StringComparison.Ordinal) ? n[Root.Length..^Compressed.Length] : n[Root.Length..]).ToHashSet();

    /// <summary>A file's content.</summary>
    internal static Stream Open(string name) =>
        Assembly.GetManifestResourceStream(Root + name) ?? new BrotliStream(Assembly.GetManifestResourceStream(Root + name + Compressed)!, CompressionMode.Decompress);

    internal static void Serve(IApplicationBuilder app, OfflineModel model)
    {
        string version = $"\"{Assembly.ManifestModule.ModuleVersionId:N}\"";
        app.Use(async (context, next) =>
        {
            string name = context.Request.Path.Value is "/" or null ? "index.html" : context.Request.Path.Value[1..];
            bool isModel = OfflineModel.Names.Contains(name);
            if (!HttpMethods.IsGet(context.Request.Method) || !isModel && !Names.Contains(name))
            {
                await next(context);
                return;
            }
            IHeaderDictionary headers = context.Response.Headers;
            (headers.ContentSecurityPolicy, headers.XContentTypeOptions, headers["Referrer-Policy"]) = (Policy, "nosniff", "no-referrer");
            (headers.CacheControl, headers.ETag) = ("no-cache", isModel ? model.Version : version);
            if (context.Request.Headers.IfNoneMatch == headers.ETag)
            {
                context.Response.StatusCode = 304;
                return;
            }
            context.Response.ContentType = Types.GetValueOrDefault(Path.GetExtension(name), "application/octet-stream");
            await using Stream file = isModel ? new MemoryStream(await model.Read(name, context.RequestAborted)) : Open(name);
            if (file.CanSeek) context.Response.ContentLength = file.Length;
            await file.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
    }
}
