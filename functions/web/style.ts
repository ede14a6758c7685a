/** Of the approvers' pages: for phones first, light and dark, without anything to be loaded. */
export const STYLE = `:root{color-scheme:light dark;--page:#f3f5f9;--card:#fff;--ink:#18202e;--soft:#566074;--line:#dde2ec;--accent:#1b4fd8;--on-accent:#fff;--good:#0a7a4b;--no:#b3261e;--warn:#fff4d6;--on-warn:#5a4300}
@media (prefers-color-scheme:dark){:root{--page:#10141c;--card:#1a202c;--ink:#e9edf5;--soft:#a3adc0;--line:#2e3748;--accent:#8fb0ff;--on-accent:#0d1b3f;--good:#5fd6a0;--no:#ffb4ab;--warn:#3b3015;--on-warn:#ffe3a0}}
*,::before,::after{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:40rem;margin:0 auto;padding:1.25rem 1rem 3rem}
.brand{display:flex;align-items:center;gap:.5rem;margin:0 0 1.25rem;color:var(--soft);font-weight:600;letter-spacing:.01em}
.brand::before{content:"✓";display:grid;place-items:center;width:1.6rem;height:1.6rem;border-radius:.5rem;background:var(--accent);color:var(--on-accent);font-size:1rem}
h1{margin:0 0 .5rem;font-size:1.6rem;line-height:1.2;letter-spacing:-.01em;overflow-wrap:anywhere;text-wrap:balance}
.good h1::before,.bad h1::before{display:inline-block;margin-right:.5rem;content:"✓";color:var(--good)}
.bad h1::before{content:"✕";color:var(--no)}
h2{margin:0;font-size:1.05rem;line-height:1.3;overflow-wrap:anywhere}
p{margin:0 0 1rem;overflow-wrap:anywhere}
a{color:var(--accent)}
.notice{padding:.75rem 1rem;border-radius:.6rem;background:var(--warn);color:var(--on-warn);font-weight:600}
.card,.steps,.act{margin:0 0 1rem;padding:1.1rem 1.15rem;border:1px solid var(--line);border-radius:.9rem;background:var(--card)}
.kind{margin:0 0 .15rem;color:var(--soft);font-size:.8rem;font-weight:600;letter-spacing:.06em;text-transform:uppercase}
.amount{margin:.35rem 0 0;font-size:1.75rem;font-weight:700;line-height:1.2;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1rem;margin:1rem 0 0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
table{width:100%;margin:1rem 0 0;border-collapse:collapse}
th{color:var(--soft);font-size:.85rem;font-weight:600}
th,td{padding:.5rem 0 .5rem .75rem;border-top:1px solid var(--line);text-align:right;vertical-align:top;white-space:nowrap;font-variant-numeric:tabular-nums}
th:first-child,td:first-child{padding-left:0;text-align:left;white-space:normal;overflow-wrap:anywhere}
thead th{border-top:0}
.steps ol,.steps ul{margin:0;padding:0;list-style:none}
.steps ol>li{position:relative;padding:.75rem 0 0 1.75rem}
.steps ol>li::before{position:absolute;left:0;top:.95rem;width:1.15rem;height:1.15rem;border:2px solid var(--line);border-radius:50%;content:""}
.steps ol>li:not(:last-child)::after{position:absolute;left:calc(.575rem - 1px);top:2.35rem;bottom:-.7rem;width:2px;border-radius:1px;background:var(--line);content:""}
.steps ol>.done::before{display:grid;place-items:center;border-color:var(--good);background:var(--good);color:var(--card);font-size:.7rem;font-weight:700;line-height:1;content:"✓"}
.steps ol>.stopped::before{display:grid;place-items:center;border-color:var(--no);background:var(--no);color:var(--card);font-size:.65rem;font-weight:700;line-height:1;content:"✕"}
.steps ol>.now::before{border:.35rem solid var(--accent)}
.steps p{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;margin:0}
.count{color:var(--soft);font-size:.9rem}
.steps ul li{color:var(--soft);font-size:.9rem;overflow-wrap:anywhere}
.steps ul .yes{color:var(--good)}
.steps ul .no{color:var(--no)}
.when{white-space:nowrap}
form{margin:0}
label{display:block;margin:0 0 .35rem;font-weight:600}
input,select,button{width:100%;min-height:3rem;border-radius:.6rem;font:inherit}
input,select{padding:.5rem .75rem;border:1px solid var(--soft);background:var(--card);color:var(--ink)}
#code{margin-bottom:1rem;font-size:1.4rem;letter-spacing:.2em;font-variant-numeric:tabular-nums}
.buttons{display:flex;flex-wrap:wrap;gap:.75rem}
button{flex:1 1 10rem;border:2px solid var(--accent);background:var(--accent);color:var(--on-accent);font-weight:650;cursor:pointer}
button:hover{filter:brightness(1.08)}
button.no{border-color:var(--no);background:none;color:var(--no)}
button.quiet{border-color:var(--line);background:none;color:var(--accent)}
.decide+.code{margin-top:.75rem}
details{margin-top:1.25rem;padding-top:1rem;border-top:1px solid var(--line)}
summary{padding:.35rem 0;color:var(--accent);font-weight:600;cursor:pointer}
.hand-over{margin-top:.75rem}
.hand-over label{font-weight:400}
.hand-over :is(button,select+label){margin-top:.75rem}
:is(a,button,input,select,summary):focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media (max-width:26rem){tr{display:grid;grid-template-columns:1fr auto}:is(th,td):first-child{grid-column:1/-1}:is(th,td)+*{border-top:0;padding-top:0}:is(th,td):nth-child(2){padding-left:0;text-align:left}td:last-child{white-space:normal}}
@media (min-width:40rem){main{padding-top:2.5rem}.card,.steps,.act{padding:1.4rem 1.6rem}}`;
