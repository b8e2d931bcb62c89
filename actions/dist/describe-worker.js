const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as s}from"./chunks/B664UGE5.js";import"./chunks/VWRC5EHG.js";var e={},n=JSON.parse(process.argv[2]??"{}");for(let[o,t]of Object.entries(n))try{let r=s(await import(t));e[o]={up:typeof r.up,down:r.down===!1?"false":typeof r.down,phase:r.phase,reversible:typeof r.down=="function"}}catch(r){e[o]={error:r instanceof Error?r.message:String(r)}}process.stdout.write(`
${JSON.stringify(e)}
`,()=>process.exit(0));
