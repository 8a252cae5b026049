-- title: The size class of a model by the weights it declares in safetensors; classes are those of published peers
case
  when parameters is null then 'undeclared'
  when parameters < 1e9 then '0-1B'
  when parameters < 5e9 then '1-5B'
  when parameters < 10e9 then '5-10B'
  when parameters < 50e9 then '10-50B'
  when parameters < 100e9 then '50-100B'
  when parameters < 250e9 then '100-250B'
  else '250B+'
end
