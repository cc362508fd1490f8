// A face of the model inside SemanticStyleGan.Onnx and its mask:  dotnet run -c Release samples/face.cs [seed]
// (outside of this repository, with the packages of docs/onnx.md: #:package SemanticStyleGan.Onnx@0.1.0)
#:project ../src/SemanticStyleGan.Onnx/SemanticStyleGan.Onnx.csproj
#:property PublishAot=false

using SemanticStyleGan.Data;
using SemanticStyleGan.Onnx;
using SemanticStyleGan.Synthesis;

using OnnxModel model = OnnxModel.Open();
OnnxSynthesizer faces = new(model);
Picture face = faces.Generate(faces.Codes(args.Length > 0 ? long.Parse(args[0]) : 3))[0];
PngCodec.Write("out/face.png", face.Image);
PngCodec.Write("out/face-mask.png", MaskColors.Paint(face.Labels, model.Layout));
Console.WriteLine($"out/face.png, out/face-mask.png: {string.Join(", ", face.Labels.Classes.Distinct().Order().Select(c => model.Layout.Classes[c].Name))}");
